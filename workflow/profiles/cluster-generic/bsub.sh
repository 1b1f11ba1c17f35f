#!/bin/sh
# bsub answers "Job <123> is submitted to queue <normal>."; Snakemake wants the number alone.
answer=$(bsub "$@") || exit
echo "$answer" | sed -n 's/^Job <\([0-9]*\)>.*/\1/p'
