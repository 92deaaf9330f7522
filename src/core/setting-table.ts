// Every setting, once: its name is the option, the key in rayslurm.yaml, and (as RAYSLURM_NAME) the variable.

export interface SettingDefinition {
	readonly kind: 'text' | 'switch' | 'optional';
	readonly describe: string;
	/** Variables of the guides, which count as well. */
	readonly variables?: readonly string[];
	/** All there are, or what kind of thing it names. */
	readonly values?: Values;
	/** What is done where nobody says anything. */
	readonly otherwise: string;
	/** The same as a value, where it is one. */
	readonly preset?: string;
	/** Never shown. */
	readonly secret?: true;
	readonly number?: { readonly whole: boolean; readonly least: number; readonly most: number };
}

/** For completion: a closed list, or a kind of thing. */
export type Values = readonly string[] | 'file' | 'folder' | 'script' | 'kept' | 'cluster';

export const SETTINGS = {
	workspace: {
		kind: 'text',
		describe: 'the project folder that holds outputs/',
		variables: ['WORKSPACE_DIR'],
		values: 'folder',
		otherwise: "the site's ws_find rayslurm, else the nearest folder with a project, else here",
	},
	'output-dir': {
		kind: 'text',
		describe: 'where info files, logs and results go',
		variables: ['OUTPUT_DIR'],
		values: 'folder',
		otherwise: 'outputs in the workspace',
	},
	scheduler: {
		kind: 'text',
		describe: 'what starts jobs: slurm, or local (this machine); slurm where sbatch is',
		values: ['slurm', 'local'],
		otherwise: 'slurm where sbatch is, else local',
	},
	'local-cpus': {
		kind: 'text',
		describe: 'without Slurm: processors that jobs get in all; with more than there are, jobs share them',
		otherwise: 'all of this machine',
		number: { whole: true, least: 1, most: 99_999 },
	},
	'template-dir': {
		kind: 'text',
		describe: 'where sbatch templates of your own are, see rayslurm template',
		values: 'folder',
		otherwise: 'templates in the workspace, for those that rayslurm template eject has put there',
	},
	'port-offset': {
		kind: 'text',
		describe: 'exactly the ports of this offset (0: Ray at 6379), or an error where one is taken',
		variables: ['USER_PORT_OFFSET'],
		otherwise: "by the node's name or the job's id, moving on from what is taken",
		number: { whole: true, least: -1e6, most: 1e6 },
	},
	'object-store': {
		kind: 'text',
		describe: "Ray's object store in GB (10^9 bytes)",
		variables: ['RAY_OBJECT_STORE'],
		otherwise: "20 for a head, 10 for a client, at most a third of the job's memory",
		number: { whole: false, least: 0.08, most: 1e6 },
	},
	interface: {
		kind: 'text',
		describe: 'the network interface by which nodes reach each other',
		otherwise: "the one that has the node's name, or that leads to the head",
	},
	setup: {
		kind: 'text',
		describe: 'a shell file to source in the job, before all else',
		values: 'file',
		otherwise: 'none',
	},
	module: { kind: 'text', describe: 'modules to load in the job, separated by commas', otherwise: 'none' },
	venv: {
		kind: 'text',
		describe: 'a virtual environment that has Ray',
		values: 'folder',
		otherwise: 'the one active in your shell, else ./env or ../env',
	},
	conda: {
		kind: 'text',
		describe: 'a conda environment that has Ray',
		values: 'folder',
		otherwise: 'the one active in your shell',
	},
	ray: {
		kind: 'text',
		describe: 'a version of Ray, or latest: in an environment that rayslurm makes and keeps',
		values: 'kept',
		otherwise: 'the Ray of the environment',
	},
	'python-dir': {
		kind: 'text',
		describe: 'where rayslurm keeps its environments (~/.cache/rayslurm/python)',
		values: 'folder',
		otherwise: '~/.cache/rayslurm/python',
	},
	'dashboard-host': {
		kind: 'text',
		describe: "where Ray's dashboard listens; loopback unless given",
		values: ['127.0.0.1', '0.0.0.0'],
		otherwise: 'loopback',
		preset: '127.0.0.1',
	},
	'login-host': {
		kind: 'text',
		describe: "the login node as ssh on your own machine calls it; this host's name unless given",
		otherwise: "this host's name",
	},
	'idle-window': {
		kind: 'text',
		describe: 'when an unused head may end itself: 02:30-09:00, several, always or off',
		values: ['always', 'off', '02:30-09:00'],
		otherwise: 'at night',
		preset: '02:30-09:00',
	},
	'idle-after': {
		kind: 'text',
		describe: 'how long a head must have been unused (10m)',
		otherwise: 'ten minutes',
		preset: '10m',
	},
	'idle-check': {
		kind: 'switch',
		describe: 'watch for an unused head at all; --no-idle-check never does',
		variables: ['IDLE_CHECK_ENABLED'],
		otherwise: 'it is watched',
		preset: 'true',
	},
	grace: {
		kind: 'text',
		describe:
			'how long a head awaits its clients when its time limit is near (400s, at most two thirds of what is left then)',
		otherwise: 'at most two thirds of what is left then',
		preset: '400s',
	},
	'on-end': {
		kind: 'text',
		describe: 'clients in the queue when the time limit ends the head: cancel or keep',
		values: ['cancel', 'keep'],
		otherwise: 'they are cancelled',
		preset: 'cancel',
	},
	'insecure-no-auth': {
		kind: 'switch',
		describe: 'accept a Ray older than 2.52, which has no authentication',
		otherwise: 'it is refused',
		preset: 'false',
	},
	'keep-ray-logs': {
		kind: 'optional',
		describe:
			"keep Ray's session logs beside the job's when it ends: bad (the default: when it ends badly), always, never",
		values: ['bad', 'always', 'never'],
		otherwise: 'when a job ends badly',
		preset: 'bad',
	},
	debug: {
		kind: 'switch',
		describe: 'trace every command run, in jobs too',
		otherwise: 'no traces',
		preset: 'false',
	},
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
