// A folder with programs that behave as python3, pip and uv do towards rayslurm, which is run there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Copies of it are the Pythons of environments. What it does is written to the log; `pause` and `fail` make it do so. */
const PYTHON = `#!/bin/bash
here=$(dirname "$0")
case "$*" in
  *'-m venv'*)
    echo "venv PYTHONPATH=\${PYTHONPATH-} PIP_EXTRA=\${PIP_EXTRA-}" >> "$STAND_IN/log"
    folder=\${!#}
    mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" && : > "$folder/bin/activate"
    ;;
  *'ray==0'*)
    echo 'ERROR: Could not find a version that satisfies the requirement ray==0 (from versions: 2.39.0, 2.60.0, 2.59.0, 2.61.0rc1)' >&2
    exit 1
    ;;
  *'pip install'*)
    echo "install $$" >> "$STAND_IN/log"
    if [ -e "$STAND_IN/slow-child" ]; then
      "$NODE" -e 'process.on("SIGINT", () => setTimeout(process.exit, 300)); setInterval(() => {}, 1000); fs.appendFileSync(process.env.STAND_IN + "/log", "child " + process.pid + "\\n")' >/dev/null 2>&1 &
    fi
    echo 'Collecting ray'
    echo '  Downloading ray-2.60.0-cp311-cp311-manylinux2014_x86_64.whl (79.3 MB)'
    : > "$TMPDIR/pip-unpacked"
    while [ -e "$STAND_IN/pause" ]; do sleep 0.02; done
    if [ -e "$STAND_IN/fail" ]; then cat "$STAND_IN/fail" >&2; exit 1; fi
    wanted=\${!#}
    echo "\${wanted##*==}" > "$here/version"
    ;;
  *'sys.version_info'*) echo 3.11.9 ;;
  *'json.dumps'*) printf 'junk\\nrayslurm-kept {"ray": "%s", "python": "3.11.9"}\\n' "$(cat "$here/version")" ;;
  *'importlib.metadata'*) cat "$here/version" ;;
esac
`;

const UV = `#!/bin/bash
echo "uv $1" >> "$STAND_IN/log"
case "$*" in
  venv*) exec "$STAND_IN/bin/python3" -m venv "\${!#}" ;;
  'pip install'*) exec "$4" -m pip install "$5" ;;
esac
`;

export interface Said {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

export class StandIn {
	readonly top = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	readonly kept = join(this.top, 'cache/rayslurm/python');
	readonly #program: string;
	readonly #children: ChildProcess[] = [];

	constructor(program: string) {
		this.#program = program;
		for (const name of ['tmp', 'home']) mkdirSync(join(this.top, name));
		this.put('bin/python3', PYTHON, 0o755);
	}

	addUv(): void {
		this.put('bin/uv', UV, 0o755);
	}

	put(name: string, text: string, mode = 0o644): string {
		const path = join(this.top, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
		chmodSync(path, mode);
		return path;
	}

	forget(name: string): void {
		rmSync(join(this.top, name), { force: true, recursive: true });
	}

	start(
		words: readonly string[],
		environment: Record<string, string> = {},
	): { child: ChildProcess; said: Promise<Said> } {
		const env = {
			HOME: join(this.top, 'home'),
			XDG_CACHE_HOME: join(this.top, 'cache'),
			TMPDIR: join(this.top, 'tmp'),
			STAND_IN: this.top,
			NODE: process.execPath,
			PATH: `${join(this.top, 'bin')}:/usr/bin:/bin`,
			...environment,
		};
		const child = spawn(process.execPath, [this.#program, ...words], {
			cwd: join(this.top, 'home'),
			env,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.#children.push(child);
		let [out, err] = ['', ''];
		child.stdout.on('data', (text) => {
			out += text;
		});
		child.stderr.on('data', (text) => {
			err += text;
		});
		return { child, said: once(child, 'close').then(([code]) => ({ code, out, err })) };
	}

	run(words: readonly string[], environment: Record<string, string> = {}): Promise<Said> {
		return this.start(words, environment).said;
	}

	log(): readonly string[] {
		const path = join(this.top, 'log');
		return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
	}

	/** Pids of the pips that were started. */
	installs(): readonly number[] {
		return this.#logged('install');
	}

	/** Pids of what they started, and did not wait for. */
	children(): readonly number[] {
		return this.#logged('child');
	}

	#logged(word: string): readonly number[] {
		return this.log().flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.split(' ')[1])] : []));
	}

	/** All that is there but the whole environments and their names. */
	left(): readonly string[] {
		const names = readdirSync(this.kept).filter((name) => name !== 'made');
		const made = readdirSync(join(this.kept, 'made'));
		const targets = names.filter((name) => name.startsWith('ray-')).length;
		return [
			...names.filter((name) => !name.startsWith('ray-')),
			...(made.length === targets ? [] : made),
			...readdirSync(join(this.top, 'tmp')),
		];
	}

	end(): void {
		for (const child of this.#children) child.kill('SIGKILL');
		rmSync(this.top, { recursive: true, force: true, maxRetries: 5 });
	}
}
