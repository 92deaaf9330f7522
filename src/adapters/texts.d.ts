// Shell files, and the demo's script, are bundled as text.
declare module '*.sh' {
	const text: string;
	export default text;
}
declare module '*.sbatch' {
	const text: string;
	export default text;
}
declare module '*.bash' {
	const text: string;
	export default text;
}
declare module '*.zsh' {
	const text: string;
	export default text;
}
declare module '*.fish' {
	const text: string;
	export default text;
}
declare module '*.py' {
	const text: string;
	export default text;
}
declare const RAYSLURM_VERSION: string;
