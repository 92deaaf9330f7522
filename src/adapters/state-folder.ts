// The user's own folder for what rayslurm remembers beyond one project: ~/.local/state/rayslurm.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export function stateFolder(): string {
	// The specification has relative and empty paths ignored.
	const wished = process.env['XDG_STATE_HOME'] ?? '';
	return join(isAbsolute(wished) ? wished : join(homedir(), '.local', 'state'), 'rayslurm');
}
