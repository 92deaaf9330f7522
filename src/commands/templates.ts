// The templates, bundled as text, and the parts they include.
import client from '../../templates/client.sbatch';
import doctor from '../../templates/doctor.sbatch';
import ear from '../../templates/ear.sh';
import environment from '../../templates/environment.sh';
import head from '../../templates/head.sbatch';
import wait from '../../templates/wait.sh';

export const TEMPLATES = { head, client } as const;
/** Of the job by which doctor looks at a node. */
export const DOCTOR_TEMPLATE = doctor;
export const TEMPLATE_PARTS: Readonly<Record<string, string>> = {
	'ear.sh': ear,
	'environment.sh': environment,
	'wait.sh': wait,
};
