// The templates, bundled as text, and the parts they include.
import client from '../../templates/client.sbatch';
import ear from '../../templates/ear.sh';
import environment from '../../templates/environment.sh';
import head from '../../templates/head.sbatch';
import wait from '../../templates/wait.sh';

export const TEMPLATES = { head, client } as const;
export const TEMPLATE_PARTS: Readonly<Record<string, string>> = {
	'ear.sh': ear,
	'environment.sh': environment,
	'wait.sh': wait,
};
