// How dist/rayslurm.cjs begins, after BUILD (which one it is, in a word) and LENGTHS (of the parts of the program). It ends with a
// function of nothing but a comment, the texts of the parts: Node has read it already, and a function can say its own text.
// A part is compiled when it is needed. What V8 made of the parts of a command is kept for the next time, beside the register
// of heads: a quick command's time goes mostly into making it. Nothing depends on it: whatever is wrong there, or can be
// written by others, is not used, and NODE_DISABLE_COMPILE_CACHE=1 does without.
const fs = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const WRAPPER = '(function(module, exports, require, __filename, __here) {';
/** Who takes longer is not waiting for the start. */
const QUICK_SECONDS = 10;
/** Of Node's own modules those that many parts import and few calls need: loaded when one does, which saves milliseconds. They
 *  are imported by the names of what is used, never as a whole: test/imports.test.ts sees to it. */
const LATE = new Set(['node:crypto', 'node:dns/promises', 'node:fs/promises', 'node:timers/promises', 'node:tty']);
const OLD_MS = 30 * 24 * 3_600_000;

/** @type {Map<string, { script: Script, kept: Buffer | undefined }>} */
const compiled = new Map();
const loaded = new Map();
const here = {
	get url() {
		return require('node:url').pathToFileURL(__filename).href;
	},
};
const program = parts.toString();
const places = placesIn(program);
const cache = cacheOf(process.argv[2]);
const keptCode = cache === undefined ? new Map() : readCache(cache);

function load(name) {
	if (LATE.has(name)) return new Proxy({}, { get: (_, key) => require(name)[key] });
	if (!places.has(name)) return require(name);
	const known = loaded.get(name);
	if (known !== undefined) return known.exports;
	const module = { exports: {} };
	loaded.set(name, module);
	compile(name).runInThisContext()(module, module.exports, load, __filename, here);
	return module.exports;
}

function placesIn({ length }) {
	const found = new Map();
	let end = length - '*/}'.length;
	for (const each of LENGTHS.split(' ').reverse()) {
		const [name, length] = each.split(':');
		const bytes = Number(length);
		found.set(name, [end - bytes, end]);
		end -= bytes;
	}
	return found;
}

/** In a comment its end is spelt otherwise. */
function textOf(name) {
	return program.slice(...places.get(name)).replaceAll('*\x7f/', '*/');
}

function compile(name) {
	const kept = keptCode.get(name);
	const options = { filename: name.slice(2), columnOffset: -WRAPPER.length, cachedData: kept };
	const script = new Script(`${WRAPPER}${textOf(name)}\n})`, options);
	compiled.set(name, { script, kept: script.cachedDataRejected ? undefined : kept });
	return script;
}

/** Beside the register of heads, once there is one: who only looks leaves no trace. In a job nobody waits for the start of a
 *  program, and many may start at once; with other options V8 makes other code. */
function cacheOf(command) {
	const { XDG_STATE_HOME, HOME, SLURM_JOB_ID, NODE_DISABLE_COMPILE_CACHE, NODE_OPTIONS } = process.env;
	if (SLURM_JOB_ID || NODE_DISABLE_COMPILE_CACHE || NODE_OPTIONS || process.execArgv.length > 0) return undefined;
	if (!/^[a-z][a-z-]{1,20}$/.test(command ?? '')) return undefined;
	const states = XDG_STATE_HOME?.startsWith('/') ? XDG_STATE_HOME : HOME && `${HOME}/.local/state`;
	if (!states) return undefined;
	const all = `${states}/rayslurm/code`;
	const folder = `${all}/${BUILD}-${process.version}-${process.arch}`;
	return { own: `${states}/rayslurm`, all, folder, file: `${folder}/${command}` };
}

/** A file is the length of its index, a sum over what follows, the index, and the code of one part after another. */
function readCache({ own, all, folder, file }) {
	const found = new Map();
	try {
		if (!isSafe(own) || !isMyFolder(all) || !isMyFolder(folder)) return found;
		const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
		const opened = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		try {
			const stat = fs.fstatSync(opened);
			if (!stat.isFile() || !isMine(stat)) return found;
			const bytes = fs.readFileSync(opened);
			if (bytes.readInt32LE(4) !== sumOf(bytes.subarray(8))) return found;
			let at = 8 + bytes.readUInt32LE(0);
			for (const [name, length] of JSON.parse(bytes.latin1Slice(8, at))) {
				found.set(name, bytes.subarray(at, at + length));
				at += length;
			}
			return found;
		} finally {
			fs.closeSync(opened);
		}
	} catch {
		return new Map();
	}
}

function writeCache({ own, all, folder, file }) {
	if (!isSafe(own)) return;
	for (const each of [all, folder])
		if (!fs.existsSync(each)) {
			fs.mkdirSync(each, { mode: 0o700 });
			if (each === folder) removeOld(all);
		} else if (!isMyFolder(each)) return;
	const fresh = `${file}.${process.pid}`;
	fs.rmSync(fresh, { force: true });
	const opened = fs.openSync(fresh, 'wx', 0o600);
	try {
		fs.writeFileSync(opened, codeInBytes());
		fs.renameSync(fresh, file);
	} catch {
		fs.rmSync(fresh, { force: true });
	} finally {
		fs.closeSync(opened);
	}
}

/** A folder of mine, no link, in whose place nobody else can put another: all above it are mine or root's to change. */
function isSafe(own) {
	if (!isMyFolder(own)) return false;
	for (let at = fs.realpathSync.native(own); at !== '/'; at = dirname(at)) {
		const { uid, mode } = fs.statSync(dirname(at));
		const othersMay = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
		if (othersMay || (uid !== 0 && uid !== process.geteuid())) return false;
	}
	return true;
}

function isMyFolder(path) {
	const stat = fs.lstatSync(path);
	return stat.isDirectory() && isMine(stat);
}

/** And nobody else may write to it. */
function isMine({ uid, mode }) {
	return uid === process.geteuid() && (mode & 0o022) === 0;
}

function codeInBytes() {
	const parts = [...compiled].map(([name, { script, kept }]) => [name, kept ?? inEights(script.createCachedData())]);
	const rest = [...keptCode].filter(([name]) => !compiled.has(name));
	const all = [...parts, ...rest];
	const index = inEights(Buffer.from(JSON.stringify(all.map(([name, { length }]) => [name, length]))), ' ');
	const body = Buffer.concat([index, ...all.map(([, bytes]) => bytes)]);
	const head = Buffer.alloc(8);
	head.writeUInt32LE(index.length);
	head.writeInt32LE(sumOf(body), 4);
	return Buffer.concat([head, body]);
}

/** V8 takes code as it is, and falls over what is not whole. One word of 128 bytes tells of a block that a disk has lost. */
function sumOf({ buffer, byteOffset, length }) {
	const words = new Int32Array(buffer, byteOffset, length >> 2);
	let sum = length;
	for (let at = 0; at < words.length; at += 32) sum = (Math.imul(sum, 31) + words[at]) | 0;
	return sum;
}

/** Where V8 can read it without copying. */
function inEights(bytes, filler = '\0') {
	return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8, filler)]);
}

/** Of other versions that nobody has used for the first time in a month. */
function removeOld(all) {
	for (const name of fs.readdirSync(all)) {
		const folder = `${all}/${name}`;
		if (/^[0-9a-f]{16}-v[\d.]+-\w+$/.test(name) && Date.now() - fs.lstatSync(folder).mtimeMs > OLD_MS)
			fs.rmSync(folder, { recursive: true, force: true });
	}
}

if (cache !== undefined)
	process.on('exit', (code) => {
		if (code !== 0 || process.uptime() > QUICK_SECONDS) return;
		if ([...compiled.values()].every(({ kept }) => kept !== undefined)) return;
		try {
			writeCache(cache);
		} catch {}
	});

load('./cli.js');
