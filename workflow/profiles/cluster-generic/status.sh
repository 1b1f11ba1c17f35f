#!/bin/sh
# How a job is doing, in Snakemake's words: running, success or failed.    status.sh pbs|sge|lsf JOBID
# An engine that does not answer counts as running: it will be asked again.
case $1 in
    pbs) # finished jobs are shown by -x, where the site keeps a history
        answer=$(qstat -xf "$2" 2>/dev/null) || { echo running; exit; }
        case $answer in
            *"job_state = F"*"Exit_status = 0"* | *"Exit_status = 0"*"job_state = F"*) echo success ;;
            *"job_state = F"*) echo failed ;;
            *) echo running ;;
        esac ;;
    sge) # qstat knows what waits and runs, qacct what has ended
        if qstat -j "$2" >/dev/null 2>&1; then echo running; exit; fi
        answer=$(qacct -j "$2" 2>/dev/null) || { echo running; exit; }
        echo "$answer" | awk '$1 == "failed" && $2 != 0 || $1 == "exit_status" && $2 != 0 {bad = 1}
                            END {print bad ? "failed" : "success"}' ;;
    lsf)
        case $(bjobs -noheader -o stat "$2" 2>/dev/null) in
            DONE) echo success ;;
            EXIT | ZOMBI) echo failed ;;
            *) echo running ;;
        esac ;;
    *) echo "status.sh: $1 is no engine; expected pbs, sge or lsf" >&2; exit 1 ;;
esac
