#compdef rayslurm
# zsh completion for rayslurm:  eval "$(rayslurm completion zsh)", or this as the file _rayslurm in a folder of fpath
# The candidates are rayslurm's own answer, one a line; none of them is run or expanded here.
_rayslurm() {
  local line files
  local -a ask before candidates
  ask=(rayslurm)
  (( $+commands[rayslurm] || $+functions[rayslurm] )) || ask=(@@SELF@@)
  before=("${(@Q)words[2,CURRENT-1]}")
  while IFS= read -r line; do
    case $line in
      ($'\t'*) files=${line#?} ;;
      (*) candidates+=("$line") ;;
    esac
  done < <("${ask[@]}" complete zsh "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)
  if [[ $files == *=* ]]; then
    compset -P '*='
    files=${files#*=}
  fi
  case $files in
    (folders) _files -/ ;;
    (files) _files ;;
    (scripts) _files -g '*.py(-.)' ;;
  esac
  (( $#candidates )) && _describe -V rayslurm candidates
}
if [[ ${funcstack[1]} == _rayslurm ]]; then
  _rayslurm "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _rayslurm rayslurm
fi
