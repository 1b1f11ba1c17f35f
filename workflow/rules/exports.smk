# The panel -> a Stata file, and the do-file and R script that estimate the tables from it.


rule export_panel:
    message:
        "Exporting the panel to Stata"
    input:
        panel=PANEL,
        description=DESCRIPTION,
    output:
        stata="<results>/exports/panel.dta",
    params:
        **script("export_panel", words=settings("words")),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


rule export_programs:
    message:
        "Writing the do-file and the R script"
    input:
        panel=PANEL,
        left_out=LEFT_OUT,
        description=DESCRIPTION,
    output:
        do_file="<results>/exports/tables.do",
        r_script="<results>/exports/tables.R",
    params:
        **script(
            "export_programs",
            stata="panel.dta",  # a name in both texts; the file itself is not read
            settings=settings("regressions"),
            words=settings("words"),
        ),
    localrule: True
    shell:
        "{params.command} --log {log:q}"


EXPORTED = expand("<results>/exports/{file}", file=["panel.dta", "tables.do", "tables.R"])


rule exports:
    input:
        EXPORTED,
