// experiment_overview.csv: one row for each run, RFC 4180 fields. Line ends are LF, which spreadsheets and pandas read and
// which leave no stray character behind in awk or `read`; a file that has CRLF (saved by a spreadsheet) keeps it.
// A field that begins with = + - @ is written as it is: the file is the user's own data about their own scripts, the
// arguments begin with [ anyway, and a mark against formulas would be wrong data for every program that is no spreadsheet.

/** A script that was started. */
export interface Run {
	readonly jobId: string;
	readonly runId: string;
	readonly script: string;
	readonly arguments: readonly string[];
	readonly head: string;
	readonly started: string;
}

export interface RunEnd {
	readonly ended: string;
	/** Absent where nobody saw it. */
	readonly exitCode?: number;
}

export interface OverviewRow extends Run, RunEnd {}

const COLUMNS = ['job_id', 'run_id', 'script', 'arguments', 'head', 'started', 'ended', 'exit_code'] as const;
export const OVERVIEW_HEADER = COLUMNS.join(',');

/** How an existing file wants its rows. */
export interface OverviewForm {
	readonly columns: readonly string[];
	readonly eol: '\n' | '\r\n';
	/** Someone has changed the header and not all of our columns are there. */
	readonly strange: boolean;
}

export const FRESH_FORM: OverviewForm = { columns: COLUMNS, eol: '\n', strange: false };

/**
 * From the beginning of an existing file. Columns that were moved or added are respected, by name. If one of ours is not
 * there (renamed, deleted, or no header at all), a row goes beneath in our own order: the run is not lost, other rows
 * of ours are in that order too, and the caller says so.
 */
export function formOf(beginning: string): OverviewForm {
	const text = withoutMark(beginning);
	const eol = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
	const columns = parseRecords(text)[0] ?? [];
	const strange = !COLUMNS.every((column) => columns.includes(column));
	return { columns: strange ? COLUMNS : columns, eol, strange };
}

/** Without its line end. */
export function renderRow(row: OverviewRow, columns: readonly string[] = COLUMNS): string {
	const values = new Map<string, string>([
		['job_id', row.jobId],
		['run_id', row.runId],
		['script', row.script],
		['arguments', JSON.stringify(row.arguments)],
		['head', row.head],
		['started', row.started],
		['ended', row.ended],
		['exit_code', row.exitCode?.toString() ?? ''],
	]);
	return columns.map((column) => field(values.get(column) ?? '')).join(',');
}

/** Quoted, too, where a reader might trim. */
function field(value: string): string {
	return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Rows it can read; what others have written between them is passed over. */
export function parseOverview(text: string): OverviewRow[] {
	const { columns } = formOf(text);
	return parseRecords(withoutMark(text)).flatMap((record) => {
		const at = (column: (typeof COLUMNS)[number]) => record[columns.indexOf(column)] ?? '';
		const words = parseWords(at('arguments'));
		if (words === undefined) return [];
		const row = { jobId: at('job_id'), runId: at('run_id'), script: at('script'), arguments: words, head: at('head') };
		const code = at('exit_code');
		const exit = /^\d{1,3}$/.test(code) ? { exitCode: Number(code) } : {};
		return [{ ...row, started: at('started'), ended: at('ended'), ...exit }];
	});
}

function parseWords(text: string): string[] | undefined {
	try {
		const words: unknown = JSON.parse(text);
		return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
	} catch {
		return undefined;
	}
}

/** A run as it is kept until its row is added. */
export function parsePending(text: string): (Run & Partial<RunEnd>) | undefined {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return undefined;
	}
	const run = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
	const texts = ['jobId', 'runId', 'script', 'head', 'started'].every((key) => typeof run[key] === 'string');
	const words = Array.isArray(run['arguments']) && run['arguments'].every((word) => typeof word === 'string');
	const end =
		(run['ended'] === undefined || typeof run['ended'] === 'string') &&
		(run['exitCode'] === undefined || typeof run['exitCode'] === 'number');
	return texts && words && end ? (data as Run & Partial<RunEnd>) : undefined;
}

/** RFC 4180; a quote in the middle of an unquoted field stands for itself. */
function parseRecords(text: string): string[][] {
	const records: string[][] = [];
	let record: string[] = [];
	const FIELD = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
	for (let at = 0; at < text.length; ) {
		FIELD.lastIndex = at;
		const [whole = '', quoted, plain = '', end] = FIELD.exec(text) ?? [];
		if (whole === '') break; // A quote that is never closed: the rest is no row.
		record.push(quoted?.replaceAll('""', '"') ?? plain);
		at += whole.length;
		if (end === ',' && at < text.length) continue;
		if (end === ',') record.push('');
		records.push(record);
		record = [];
	}
	return records;
}

function withoutMark(text: string): string {
	return text.startsWith('\ufeff') ? text.slice(1) : text;
}
