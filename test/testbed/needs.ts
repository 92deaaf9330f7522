// What the real tests need of the machine, and the one line that says why they are skipped where it is not there.
// RAYSLURM_REQUIRE=slurm,ray turns a skip into a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Packages and Ray are installed when they are missing; what cannot be mended by us is what is looked at here. */
export function missing(): string | undefined {
	if (process.platform !== 'linux') return `the test bed needs Linux, and this is ${process.platform}`;
	if (process.getuid?.() !== 0) return 'the test bed needs root (it makes network namespaces)';
	if (!existsSync('/usr/bin/apt-get')) return 'the test bed needs Debian (it installs Slurm with apt-get)';
	if (hasSlurmOfItsOwn())
		return 'this machine has a Slurm of its own (/etc/slurm/slurm.conf), which the test bed leaves alone';
	const trial = spawnSync('unshare', ['--net', '--uts', '--mount', '--pid', '--ipc', '--fork', '--mount-proc', 'true']);
	if (trial.status !== 0) {
		const why = trial.error?.message ?? trial.stderr.toString().trim();
		return `the test bed needs namespaces, and this machine gives none: ${why}`;
	}
	return undefined;
}

function hasSlurmOfItsOwn(): boolean {
	const conf = '/etc/slurm/slurm.conf';
	return existsSync(conf) && !/^ClusterName=testbed$/m.test(readFileSync(conf, 'utf8'));
}

const WORDS = ['slurm', 'ray', 'shells'];

/** shells: the tests with zsh, fish and tcsh, which are not installed for them. */
export function demanded(what: 'shells'): boolean {
	return required().includes(what);
}

/** What may not be skipped. slurm and ray ask the same of the machine, for now. */
export function required(setting: string | undefined = process.env['RAYSLURM_REQUIRE']): string[] {
	const words = (setting ?? '')
		.split(',')
		.map((word) => word.trim())
		.filter(Boolean);
	const unknown = words.find((word) => !WORDS.includes(word));
	if (unknown !== undefined) throw new Error(`RAYSLURM_REQUIRE: not slurm, ray or shells: ${JSON.stringify(unknown)}`);
	return words;
}
