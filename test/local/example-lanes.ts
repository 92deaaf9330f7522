// Who types which examples, in which order: each lane is a person's day on one machine, with a home and jobs of its own.
import {
	FILES,
	inPlace,
	needOf,
	type Page,
	type Place,
	type Ran,
	ROWS,
	shellFor,
	type Type,
	withOptions,
} from './help-examples.ts';

export interface Lane {
	readonly cpus: number;
	readonly commands: readonly string[];
	readonly begin?: (day: Day) => Promise<void>;
}

export const LANES: Readonly<Record<string, Lane>> = {
	'one head': {
		cpus: 8,
		commands: ['connect', 'wait', 'status', 'logs', 'dashboard', 'env', 'exec', 'clean', 'head restart', 'stop'],
		begin: haveHead,
	},
	// The first takes all there is, the others wait behind it.
	'many heads': { cpus: 1, commands: ['head submit'] },
	'jobs without Ray': { cpus: 8, commands: ['local submit', 'local jobs', 'local cancel'] },
	'no job at all': {
		cpus: 8,
		commands: [
			...['config', 'completion', 'help', 'man', 'template eject', 'template list', 'template show'],
			...['doctor', 'python create', 'python list', 'python remove', 'demo'],
		],
	},
};

export class Day {
	/** What is wrong, with all that was printed. */
	readonly faults: string[] = [];
	/** What the words of the examples stand for. */
	readonly own: Record<string, string> = {};
	readonly #clients = new Set<string>();
	readonly #type: Type;
	readonly #place: Place;
	readonly #lacking: readonly string[];

	/** `lacking`: programs that this machine does not have. */
	constructor(type: Type, place: Place, lacking: readonly string[]) {
		this.#type = type;
		this.#place = place;
		this.#lacking = lacking;
	}

	async spend(lane: Lane, pages: readonly Page[]): Promise<void> {
		await this.bash(
			Object.entries(FILES)
				.map(([name, text]) => `printf %s ${quoted(text)} > ${name}`)
				.join('; '),
		);
		await lane.begin?.(this);
		for (const name of lane.commands) {
			const page = pages.find((each) => each.name === name);
			if (page === undefined) throw new Error(`no page of ${name}`);
			// Words of the examples come to be known by the examples before.
			if (name !== 'local submit') await this.#checkJson(page);
			for (const example of page.examples) await this.#check(name, example);
		}
	}

	async bash(line: string): Promise<Ran> {
		const ran = await this.#type('bash', line, this.#place);
		if (ran.code !== 0) this.faults.push(`${line}\ncode ${ran.code}\n${ran.all}`);
		this.#learn(ran);
		return ran;
	}

	async #check(name: string, example: string): Promise<void> {
		if (this.#lacking.includes(needOf(example) ?? '')) return;
		await BEFORE[name]?.(this);
		const { code = 0, says = /^/, dry, ...typing } = ROWS[example] ?? {};
		const line = inPlace(example, this.own) + (dry === undefined ? '' : ' --dry-run');
		const ran = await this.#type(shellFor(example), line, this.#place, typing);
		this.#learn(ran);
		const failed = ran.code !== code || !says.test(ran.all) || (code === 0 && /^ERROR: /m.test(ran.all));
		if (failed) this.faults.push(`${line}\ncode ${ran.code} instead of ${code}, ${says}\n${ran.all.slice(-2_000)}`);
	}

	async #checkJson(page: Page): Promise<void> {
		if (!page.json) return;
		await BEFORE[page.name]?.(this);
		const options = ['--json', ...(page.dryRun ? ['--dry-run'] : [])];
		const line = inPlace(withOptions(page, options), this.own);
		const ran = await this.#type('bash', line, this.#place);
		if (!/^\{"schemaVersion":1,.*\}\n$/.test(ran.stdout) || ran.code !== 0)
			this.faults.push(`${line}\ncode ${ran.code}, one line of JSON expected\n${ran.all.slice(-2_000)}`);
	}

	#learn({ all, stdout }: Ran): void {
		const { own } = this;
		const head = /^Submitted head job (\d+)$/m.exec(all)?.[1];
		if (head !== undefined) own['12345'] = head;
		const client = /^Submitted client job (\d+)$/m.exec(all)?.[1];
		if (client !== undefined) {
			own['12346'] = own['12350'] = client;
			this.#clients.add(client);
		}
		const job = /^(\d+)\n$/.exec(stdout)?.[1];
		if (job === undefined) return;
		if (own['12'] === undefined) own['12'] = own['3'] = job;
		else own['13_2'] ??= `${job}_2`;
	}

	async clientsEnded(): Promise<void> {
		for (const client of this.#clients) await this.bash(`rayslurm wait ${client} --for end`);
		this.#clients.clear();
	}
}

const BEFORE: Readonly<Record<string, (day: Day) => Promise<unknown>>> = {
	// Else they are asked about.
	'head restart': (day) => day.clientsEnded(),
	'template eject': (day) => day.bash('rm -rf templates ~/templates'),
	'python remove': (day) => day.bash(KEPT),
};

/** Two environments as python create leaves them, but for what is in them. */
const KEPT = `mkdir -p ~/.cache/rayslurm/python && cd ~/.cache/rayslurm/python
for name in 2.60.0 2.60.0-py3.12; do
	mkdir -p made/$name && ln -sfn made/$name ray-$name
	echo '{"ray": "2.60.0", "python": "3.12.1", "bytes": 1000000, "made": "2026-01-01T00:00:00Z"}' > made/$name/rayslurm.json
done`;

async function haveHead(day: Day): Promise<void> {
	await day.bash('rayslurm head submit --name tuning --wait --time=10 -c 1 --mem=2G --object-store=0.2');
	const { stdout } = await day.bash('. outputs/ray_head_latest.info && echo $RAY_ADDRESS $RAY_AUTH_TOKEN_PATH');
	const [address = '', token = ''] = stdout.trim().split(' ');
	Object.assign(day.own, { '10.0.0.1:6379': address, FILE: token });
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
