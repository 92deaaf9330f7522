# bash completion for rayslurm:  eval "$(rayslurm completion bash)"
# The candidates are rayslurm's own answer, one a line; none of them is run or expanded here.
_rayslurm() {
  local line
  local -a ask=(rayslurm)
  type -P rayslurm >/dev/null || declare -F rayslurm >/dev/null || ask=(@@SELF@@)
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      $'\t'*) compopt -o "${line#?}" ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("${ask[@]}" complete bash "$COMP_WORDBREAKS" "$COMP_POINT" "$COMP_LINE" 2>/dev/null)
}
complete -F _rayslurm rayslurm
