#!/usr/bin/env bash
# Draw the graph of rules, resources/pictures/dag.svg; needs graphviz. Run it in the project's folder
# after a change of rules. All figures are one box, and so are all tables; indirect
# dependencies and the rule `all` are left out.
set -euo pipefail
snakemake --rulegraph dot --config run=drawn 2>/dev/null |
    sed -E '
        /label = "all"/d; / -> 0$/d
        s/color = "[^"]*"/color = "#4a6fa5"/; s/style="rounded"/style="rounded"/
        s/margin=0/margin=0, nodesep=0.25, ranksep=0.3/' |
    awk '
        function box(rule) { return rule in group ? group[rule] : rule }
        function collect(name, label) {
            split($1, part, "["); group[part[1]] = name
            if (!shown[name]++) print "\t" name "[label = \"" label "\", color = \"#4a6fa5\", style=\"rounded\"];"
        }
        /label = "draw_/ { collect("figures", "figures"); next }
        /label = "table[0-9]/ { collect("tables", "table02 to table10"); next }
        $2 == "->" { sub(";", "", $3); print "\t" box($1), "->", box($3); next }
        { print }' |
    tred | dot -Tsvg | sed -E '/^<!--.*-->$/d; /^<!--/,/-->$/d' >resources/pictures/dag.svg
