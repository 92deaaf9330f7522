// The last line of a run: `12 passed, 0 failed`, and `, 3 skipped` when there are any. It is printed as the process exits,
// so that it comes after the teardown of the test bed and counts what went wrong there; a run that never came to its
// tests says `0 passed, 1 failed`. With RAYSLURM_REQUIRE set a skipped test is a failed one. A test that passed only when it
// was tried again is named. What went wrong is told at once, every try of it: a run that is stopped never comes to its end.
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule, TestRunEndReason } from 'vitest/node';

const TELLS_AT_MOST = 3_000;

export default class ClosingLine implements Reporter {
	#passed = 0;
	#failed = 0;
	#skipped = 0;

	constructor() {
		process.once('exit', (code) => {
			if (code === 0 && this.#failed > 0) process.exitCode = 1;
			if (code !== 0 && this.#failed === 0) this.#failed = 1;
			process.stdout.write(`${this.#line()}\n`);
		});
	}

	onTestCaseResult(test: TestCase): void {
		for (const { message, diff = '' } of test.result().errors ?? []) {
			const words = stripVTControlCharacters(`${message}\n${diff}`).trim().slice(0, TELLS_AT_MOST);
			console.error(`went wrong: ${test.module.relativeModuleId} > ${test.fullName}: ${words}`);
		}
	}

	onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
		this.#passed = 0;
		this.#skipped = 0;
		this.#failed = unhandled.length + (reason === 'interrupted' ? 1 : 0);
		for (const module of modules) this.#count(module);
	}

	/** A file or a describe that breaks (an import, a hook) is a failure of its own: its tests may not even be known. */
	#count(module: TestModule): void {
		for (const group of [module, ...module.children.allSuites()]) {
			if (group.errors().length > 0) this.#failed++;
		}
		for (const test of module.children.allTests()) {
			const { state } = test.result();
			if (test.diagnostic()?.flaky)
				console.error(`passed when tried again: ${module.relativeModuleId} > ${test.fullName}`);
			if (state === 'passed') this.#passed++;
			else if (state === 'failed') this.#failed++;
			else this.#skip(`${module.relativeModuleId} > ${test.fullName}`);
		}
	}

	#skip(name: string): void {
		if (!process.env['RAYSLURM_REQUIRE']) {
			this.#skipped++;
			return;
		}
		this.#failed++;
		process.exitCode = 1;
		console.error(`skipped, although RAYSLURM_REQUIRE is set: ${name}`);
	}

	#line(): string {
		return `${this.#passed} passed, ${this.#failed} failed${this.#skipped > 0 ? `, ${this.#skipped} skipped` : ''}`;
	}
}
