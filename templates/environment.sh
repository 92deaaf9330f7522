# Ray opens many files; the soft limit of a login shell is often 1024.
open_files=$(ulimit -Hn)
{ [ "$open_files" = unlimited ] || [ "$open_files" -gt 65536 ]; } && open_files=65536
[ "$(ulimit -Sn)" = unlimited ] || [ "$(ulimit -Sn)" -ge "$open_files" ] || ulimit -Sn "$open_files"

# The environment Ray comes from, chosen when the job was submitted. What it prints is no output of the job's; the folder
# and the shell's own options stay as they are; and if it ends the shell, that is said.
environment_kind=@@ENVIRONMENT_KIND@@
environment=(@@ENVIRONMENT@@)
options_before=$(set +o)
folder_before=$PWD
# shellcheck disable=SC2317
environment_ended() {
  echo "ERROR: The environment ended the job (exit $?):" "$environment_kind" "${environment[@]}" >&2
  exit 1
}
trap environment_ended EXIT
case $environment_kind in
  path)
    # Also where the job's own PATH is another, as with --export=NONE.
    [ -z "${environment[0]:-}" ] || PATH=${environment[0]}:$PATH
    ;;
  setup)
    if [ -r "${environment[0]}" ]; then
      # shellcheck disable=SC1090
      source "${environment[0]}" || echo "WARNING: ${environment[0]} ended with code $?" >&2
    else
      environment_failed=1 environment_hint="not there on ${HOSTNAME:-this node}: do compute nodes share its folder?"
    fi
    ;;
  module)
    type module >/dev/null 2>&1 || for init in "${LMOD_PKG:-/usr/share/lmod/lmod}/init/bash" \
      "${MODULESHOME:-/usr/share/modules}/init/bash" /etc/profile.d/{modules,lmod,z00_lmod}.sh; do
      # shellcheck disable=SC1090
      [ -r "$init" ] && source "$init" && type module >/dev/null 2>&1 && break
    done
    if type module >/dev/null 2>&1; then
      module load "${environment[@]}" || environment_failed=$?
    else
      environment_failed=127 environment_hint="there is no module command on ${HOSTNAME:-this node}: a --setup FILE can define it"
    fi
    ;;
  venv)
    if [ ! -r "${environment[0]}/bin/activate" ]; then
      environment_failed=1 environment_hint="not there on ${HOSTNAME:-this node}: do compute nodes share its folder?"
    elif ! command -v "${environment[0]}/bin/python" >/dev/null; then
      environment_failed=127
      environment_hint="its Python is not on ${HOSTNAME:-this node}: $(readlink -m "${environment[0]}/bin/python")"
    else
      # shellcheck disable=SC1091
      source "${environment[0]}/bin/activate" || environment_failed=$?
    fi
    ;;
  conda)
    # shellcheck disable=SC1091
    if [ -r "${environment[1]:-}/etc/profile.d/conda.sh" ]; then
      source "${environment[1]}/etc/profile.d/conda.sh" && conda activate "${environment[0]}" || environment_failed=$?
    elif [[ ${environment[0]} = /* ]] && [ -d "${environment[0]}/bin" ]; then
      export PATH="${environment[0]}/bin:$PATH" CONDA_PREFIX=${environment[0]}
    elif command -v conda >/dev/null; then
      eval "$(conda shell.bash hook)" && conda activate "${environment[0]}" || environment_failed=$?
    else
      environment_failed=127
      environment_hint="there is no conda on ${HOSTNAME:-this node}: name the environment by its folder, or give a --setup FILE"
    fi
    ;;
esac >&2
trap - EXIT
eval "$options_before"
cd "$folder_before" || environment_failed=$?
if [ -n "${environment_failed:-}" ]; then
  echo "ERROR: The environment could not be set up (code $environment_failed):" "$environment_kind" "${environment[@]}" >&2
  [ -z "${environment_hint:-}" ] || echo "  → $environment_hint" >&2
  exit 1
fi
