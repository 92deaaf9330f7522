# fish completion for rayslurm:  rayslurm completion fish | source
# The candidates are rayslurm's own answer, one a line; none of them is run or expanded here.
function __rayslurm_complete
    set -l ask rayslurm
    type -q rayslurm; or set ask @@SELF@@
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct)
    for line in ($ask complete fish $before "$current" 2>/dev/null)
        if not string match -q \t'*' -- $line
            printf '%s\n' $line
            continue
        end
        # Files, perhaps behind --option=
        set -l option (string match -r '^--[^=]*=' -- $current)
        set -l path (string replace -r '^--[^=]*=' '' -- $current)
        switch $line
            case '*folders'
                printf "$option%s\n" (__fish_complete_directories $path '')
            case '*scripts'
                printf "$option%s\n" (__fish_complete_path $path | string match -r '^.*(?:/|\.py)(?:\t.*)?$')
            case '*'
                printf "$option%s\n" (__fish_complete_path $path)
        end
    end
end
complete -c rayslurm -f -k -a '(__rayslurm_complete)'
