#!/usr/bin/env bash
# Draw the graph of rules, resources/pictures/dag.svg; needs graphviz. Run it in the project's folder
# after a change of rules. All figures are one box, indirect dependencies and the rule `all` are left out.
set -euo pipefail
snakemake --rulegraph dot --config run=drawn 2>/dev/null |
    sed -E '
        /label = "all"/d; / -> 0$/d
        s/color = "[^"]*"/color = "#4a6fa5"/; s/style="rounded"/style="rounded"/
        s/margin=0/margin=0, nodesep=0.25, ranksep=0.3/' |
    awk '
        match($0, /^\t([0-9]+)\[label = "draw_/) {
            split($1, part, "["); figure[part[1]] = 1
            if (!shown++) print "\tfigures[label = \"figures\", color = \"#4a6fa5\", style=\"rounded\"];"
            next
        }
        $2 == "->" { print "\t" ($1 in figure ? "figures" : $1), "->", ($3 in figure ? "figures" : $3); next }
        { print }' |
    tred | dot -Tsvg | sed -E '/^<!--.*-->$/d; /^<!--/,/-->$/d' >resources/pictures/dag.svg
