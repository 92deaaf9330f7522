// Shell files are bundled as text.
declare module '*.sh' {
	const text: string;
	export default text;
}
declare module '*.sbatch' {
	const text: string;
	export default text;
}
declare const RAYSLURM_VERSION: string;
