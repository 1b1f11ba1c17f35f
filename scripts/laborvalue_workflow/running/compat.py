"""All that touches Snakemake's internals: what its documentation does not promise and another version may change.

Each use names the version in which it was seen, `SEEN`. Where it is missing, the run ends with one line that says
what is missing and which version has it. Nothing is imported here that is not in Python itself: a module from github
runs this file before the rest of the project is there (`project_folder`).
"""

import base64
import contextlib
import functools
import gc
import importlib.metadata
import json
import logging
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

SEEN = "9.27"  # every use below was read in this version's source and is tested with it

# Seen 9.27 (logging.py): the handler that writes to the terminal; a logger plugin that writes there replaces it.
TERMINAL_HANDLER = "DefaultStreamHandler"
# Seen 9.27: the texts of `event` in the log's records (snakemake_interface_logger_plugins.common.LogEvent).
RUN_INFO, JOB_INFO, JOB_FINISHED, JOB_ERROR = "run_info", "job_info", "job_finished", "job_error"
ERROR = "error"  # an exception, its text or its traceback in the message
DETAILS = (JOB_INFO, "job_started", JOB_FINISHED, "progress", RUN_INFO, "resources_info", "shellcmd")
# Seen 9.27: how messages without an event begin that say nothing to a reader who sees the stages.
CHATTER = (
    *("Building DAG", "Using shell", "Singularity containers: ignored", "Select jobs", "Execute ", "Elapsed time"),
    *("Updating checkpoint", "DAG of jobs will be", "Exiting because", "Removing output files", "Shutting down"),
    "RuleException:\nCalledProcessError",
)
IS_CHATTER = re.compile("|".join(map(re.escape, CHATTER)))


def changed(what):
    """End the process: this Snakemake has no `what`."""
    sys.exit(
        f"laborvalue: Snakemake {importlib.metadata.version('snakemake')} has no {what}, which Snakemake {SEEN} has; "
        f"install snakemake {SEEN}, or adapt scripts/laborvalue_workflow/running/compat.py"
    )


def found(thing, *names):
    """The attribute `a.b.c` of `thing`, given as names; ends the process where one of them is missing."""
    path = type(thing).__name__
    for name in names:
        path = f"{path}.{name}"
        if not hasattr(thing, name):
            changed(path)
        thing = getattr(thing, name)
    return thing


def project_folder(workflow):
    """The folder that holds scripts/, resources/ and workflow/, to be called from a file in workflow/rules.

    Snakemake fetches the Snakefiles of a module from github(...) or gitlab(...) one by one. The rest of the project
    at that tag or commit is fetched into the same place of Snakemake's cache, which has the layout of the repository.
    Seen 9.27 (workflow.py, sourcecache.py): current_basedir, its is_local, get_path_or_uri, join, tag, commit, ref
    and hosted_repo (GitPython), sourcecache.get_path.
    """
    rules = found(workflow, "current_basedir")
    if found(rules, "is_local"):
        folder = Path(found(rules, "get_path_or_uri")(secret_free=True)).parent.parent
    elif getattr(rules, "tag", None) or getattr(rules, "commit", None):
        names = found(rules, "hosted_repo", "repo", "git").ls_tree("-r", "--name-only", rules.ref).splitlines()
        kept = [name for name in names if name.startswith(("config/", "resources/", "scripts/", "workflow/"))]
        kept = [name for name in kept if not name.startswith("resources/pictures/")]  # Snakemake fetches text only
        fetch, join = found(workflow, "sourcecache", "get_path"), found(rules, "join")
        files = {name: fetch(join(f"../../{name}")) for name in kept}
        folder = Path(files["config/config.yaml"]).parent.parent
    else:
        folder = Path("a branch or an address")
    if not (folder / "scripts/laborvalue").is_dir():
        sys.exit(
            f"laborvalue: module: {folder} cannot be run; give a clone's Snakefile, or github(...) with a tag or commit"
        )
    return folder


def is_module(workflow):
    """Is the Snakefile being parsed imported by another workflow. Seen 9.27 (modules.py)."""
    return not found(workflow, "modifier", "is_main_snakefile")()


def has_prefix(workflow):
    """Does the `module` statement give a prefix for paths. Seen 9.27 (modules.py, path_modifier.py)."""
    return bool(found(workflow, "modifier", "path_modifier", "prefix"))


def pathvar(workflow, name):
    """The value of a path variable, an importing workflow's own if it gives one. Seen 9.27 (pathvars.py)."""
    return found(workflow, "pathvars", "get")(name)


def plan_faster(workflow):
    """Look for garbage less often: a plan is a million small objects that all stay.

    Measured at full size, plan from nothing, CPU: 4.4 s with it, 4.8 s without (medians of three; 9 %).

    And read the record of a file once. Snakemake keeps 128 of them: those of the 300 files that the splitting of a year
    makes are read again for each question. Not where the workflow is a module: the process is another workflow's.
    Seen 9.27 (persistence/file.py): FilePersistence._read_record_cached is a method in an lru_cache.
    """
    if not is_module(workflow):
        gc.set_threshold(100_000, 50, 50)
        from snakemake.persistence.file import FilePersistence

        read = found(FilePersistence, "_read_record_cached", "__wrapped__")
        FilePersistence._read_record_cached = functools.lru_cache(maxsize=None)(read)


# Seen 9.27 (cli.py): --max-jobs-per-timespan where nobody gives it, jobs and seconds.
DEFAULT_RATE = 100, 1


def choose_jobs_as_others_end(workflow):
    """Let a run on this machine choose its next jobs when one ends, and not by the clock as well.

    To start at most 100 jobs in a second, Snakemake makes each choice of jobs again a second later, and that one again,
    as long as a job is ready. With a thousand jobs ready, the choices of all ended jobs together take a core. Here the
    cores are the limit. A limit that somebody gives stays, and every limit of a cluster. Full size, one run: 221 s
    of CPU without it, with tests of the project beside it; 194 and 206 s with it. Call it before the first job.
    Seen 9.27 (scheduling/job_scheduler.py): Workflow.scheduler is there before the record `run_info`; its
    job_rate_limiter has max_jobs and timespan, and is None where there is no limit; its resources have no limit for
    _job_count until then.
    """
    scheduler = found(workflow, "scheduler")
    limiter = found(scheduler, "job_rate_limiter")
    if found(workflow, "local_exec") and limiter is not None:
        if (found(limiter, "max_jobs"), found(limiter, "timespan")) == DEFAULT_RATE:
            scheduler.job_rate_limiter = None


# Seen 9.27 (cli.py): actions that show all rules and need no target.
SHOWS_RULES = ("--lint", "--list", "--list-rules", "--list-target-rules", "-l", "--lt")


def asked_for(workflow, word):
    """Does this process need rules with `word` in their names: True or False, None where that cannot be known yet.

    Measured at full size, plan from nothing, CPU: 4.4 s where the readings are left out, 4.9 s with them (12 %).

    Rules and targets of a command line are not known while rules are parsed, so its words are looked through, but for
    settings (`key=value`), whose values may be paths. Not known where the workflow is a module, whose importing
    workflow may name files, and where Snakemake was not started as a command.
    Seen 9.27 (__main__.py, cli.py, executors): jobs of a cluster are started with the names of their rules.
    """
    program, *words = sys.argv
    if is_module(workflow) or "snakemake" not in (Path(program).name, Path(program).parent.name):
        return None
    if any(given in SHOWS_RULES for given in words):
        return None
    return any(word in given and not re.match(r"\w+=", given) for given in words)


def config_sources(workflow):
    """Where the config comes from: the files, in the order in which they count, and the command line's `key=value`.

    Returns (paths, values by key, texts by key). Seen 9.27 (workflow.py, settings/types.py): Workflow.configfiles has
    the files of --configfile before those of `configfile:` statements, over which they count; config_settings has
    configfiles, config (the values) and config_args (the texts; one text or none where there is no command line).
    """
    settings = found(workflow, "config_settings")
    given = list(found(settings, "configfiles"))
    paths = [path for path in found(workflow, "configfiles") if path not in given] + given
    values, arguments = dict(found(settings, "config")), found(settings, "config_args")
    pairs = [text.partition("=") for text in arguments] if isinstance(arguments, (list, tuple)) else []
    return paths, values, {key: text for key, _, text in pairs if key in values}


def is_main(workflow):
    """Is this the process that plans, and not one that runs a single job of another one. Seen 9.27 (workflow.py)."""
    return found(workflow, "is_main_process")


def own_rules(workflow, modifier=None):
    """The rules of the workflow being parsed: {name in the plan: the rule}, each with the name it has here.

    modifier: Workflow.modifier as it was while that workflow was parsed, where it is not being parsed now.

    Returns {name in the plan: (name in this project's files, Rule)}; the two differ where an importing workflow says
    `use rule * from laborvalue as laborvalue_*`. Rules that it does not import are left out.
    Seen 9.27 (modules.py, workflow.py): modifier.rule_proxies, whose _rules has a RuleProxy by a rule's own name.
    """
    modifier = found(workflow, "modifier") if modifier is None else modifier
    proxies = found(modifier, "rule_proxies", "_rules")
    rules = {name: found(proxy, "rule") for name, proxy in proxies.items()}
    known = set(map(id, workflow.rules))
    return {rule.name: (name, rule) for name, rule in rules.items() if id(rule) in known}


def complete_rules(workflow, inputs, resources):
    """Give the rules that run a command what their files need not repeat: log, benchmark, resources and an input.

    The log is <logs>/RULE.log, or <logs>/RULE/WILDCARDS.log; the benchmark has the same name. inputs, resources:
    functions of a rule's name in this project's files and of its inputs, or of the number of its outputs; they return
    what the rule waits for beside its own inputs, and what its job requests, by name. What a rule states itself counts.

    Seen 9.27 (workflow.py, ruleinfo.py): what Workflow.rule does with a RuleInfo, of which `use rule ... as ... with`
    makes another rule: paths are set with the modifier of their directive, which fills in path variables; resources of
    the command line (_parsed_overwrite_resources) count over a rule's.
    """
    from snakemake.resources import Resources
    from snakemake.ruleinfo import InOutput

    overwrite = found(workflow, "resource_settings", "_parsed_overwrite_resources")
    for own, rule in own_rules(workflow).values():
        if found(rule, "norun"):
            continue
        stated, modifier, path = found(rule, "ruleinfo"), found(rule, "output_modifier"), str(rule.output[0])
        keys = sorted(rule.wildcard_names, key=lambda key: path.index(f"{{{key}"))
        name = "/".join([own, *(f"{{{key}}}" for key in keys)])
        if not stated.log:
            stated.log, rule.log_modifier = InOutput((f"<logs>/{name}.log",), {}, modifier), modifier
            found(rule, "set_log")(*stated.log.paths)
        if not stated.benchmark:
            stated.benchmark = InOutput(f"<benchmarks>/{name}.tsv", {}, modifier)
            rule.benchmark_modifier, rule.benchmark = modifier, stated.benchmark.paths
        if more := inputs(own, [str(path) for path in rule.input]):
            stated.input = stated.input._replace(kwpaths=stated.input.kwpaths | more)
            found(rule, "set_input")(**more)
        if not stated.resources and rule.name not in found(workflow, "_localrules"):
            stated.resources = (), resources(own, len(rule.output))
            rule.resources.update(Resources.from_mapping(stated.resources[1]))
            rule.resources.update(overwrite.get(rule.name, {}))


def compared(function):
    """A function for a rule's params that computes them from the input files, and that Snakemake compares with the
    last run's all the same.

    Seen 9.27 (common/__init__.py, rules.py): what names `input` among its arguments is taken for a path, and not
    compared; what takes any argument gets all.
    """
    return lambda wildcards, **given: function(given["input"])


class WhileJobsRun:
    """In the place of `rule.is_checkpoint`: true while jobs run, false while a plan is made.

    After a checkpoint Snakemake looks again at the jobs that depend on it, and drops those whose input is what it
    was. So a changed table recomputes the regions that changed. A checkpoint whose files are there makes every plan
    twice, though, which doubles the time of `snakemake -n` and of a run that finds nothing to do; nothing is won by
    it, since the names of the files are known beforehand. Nor is anything won in a run from nothing, where no job can
    be dropped: the second look takes seconds, in which no job starts.

    `--until RULE`: the second look comes without the jobs that follow RULE, and counts missing files only where a job
    needs them or where a target names them. RULE's own job would be dropped. So its rule becomes a target, as
    Snakemake itself makes it where the rule has no wildcards.

    Seen 9.27: Rule.is_checkpoint is read when a job ends (dag.finish, dag.update_checkpoint_dependencies) and may be
    anything with a truth value; Workflow.scheduler is None while the plan is made (workflow.execute), and stays so
    where no job is to run; DAG.targetrules and DAG.untilrules (dag.update_needrun).
    """

    def __init__(self, workflow, earlier):
        self.workflow, self.earlier = workflow, earlier

    def __bool__(self):
        workflow = self.workflow
        if not self.earlier or found(workflow, "dryrun") or not found(workflow, "is_main_process"):
            return False
        if found(workflow, "scheduler") is None:
            return False
        until = found(workflow, "dag", "untilrules")
        found(workflow, "dag", "targetrules").update(rule for rule in workflow.rules if rule.name in until)
        return True

    def __repr__(self):
        return str(bool(self))


def checkpoint_while_jobs_run(workflow, name, earlier):
    """Make the rule of that name in this project's files a checkpoint that is one while jobs run only.

    earlier: whether there are results of an earlier run, whose jobs could be dropped.
    """
    for own, rule in own_rules(workflow).values():
        if own == name:
            found(rule, "is_checkpoint")
            rule.is_checkpoint = WhileJobsRun(workflow, earlier)


def is_target(workflow, name):
    """A function that tells whether the command line names the rule of that name in this project's files.

    Call this while the Snakefile is parsed; call what it returns once the targets are known, as in an input function.
    It returns False for a rule that is not there, or that an importing workflow leaves out, and while nothing is
    planned (--lint).
    Seen 9.27 (workflow.py, api.py): Workflow.dag_settings is None until the Snakefile is parsed; its targets are the
    rules and files that the command line names, none for the default target.
    """
    modifier = found(workflow, "modifier")

    def named():
        settings = found(workflow, "dag_settings")
        targets = found(settings, "targets") if settings is not None else ()
        return any(own == name and planned in targets for planned, (own, _) in own_rules(workflow, modifier).items())

    return named


@dataclass(frozen=True)
class PlannedJob:
    """A job of the plan: its rule's name in this project's files, whether a cluster gets it, what it writes."""

    rule: str
    remote: bool
    benchmark: str | None
    outputs: int


class Run(logging.Handler):
    """What happens to a run, seen from its log: in a stand-alone workflow, in a module, in a dry run alike.

    Snakemake runs the hooks (onstart, onsuccess, onerror) of the workflow that it is started with only, and none of
    them for a dry run.

    begin: called before the first job; end: called when Snakemake closes its log, after its last line. Both take this
    object. Neither is called where no job is planned.

    Seen 9.27: one record `run_info` comes before the first job (workflow.execute), `job_error` has rule_name, log and
    shellcmd; LoggerManager.stop closes all handlers of the logger last (api.py, logging.py).
    """

    def __init__(self, workflow, begin, end):
        super().__init__()
        self.workflow, self.on_begin, self.on_end = workflow, begin, end
        self.rules, self.failures, self.errors, self.begun = {}, [], [], False

    @property
    def dryrun(self):
        """Is this a dry run. Seen 9.27 (workflow.py)."""
        return found(self.workflow, "dryrun")

    def emit(self, record):
        """Called by logging for every record."""
        event = getattr(record, "event", None)
        if event == RUN_INFO and not self.begun and self.planned():
            self.on_begin(self)
            self.begun = True
        elif event == ERROR:
            self.errors.append(str(record.msg))
        elif event == JOB_ERROR and record.rule_name in self.rules:
            logs = [log_path(text) for text in record.log]
            if all(known["logs"] != logs or not logs for known in self.failures):
                ended = exit_code(record.shellcmd, self.errors)
                self.failures.append(
                    {"rule": record.rule_name, "logs": logs, "command": record.shellcmd, "ended": ended}
                )

    def close(self):
        """Called by logging when Snakemake ends."""
        if self.begun:
            self.begun = False
            self.on_end(self)
        super().close()

    def planned(self, finished=True):
        """The planned jobs of this project's rules, those of grouping rules without a command left out.

        finished: count those that have ended. Seen 9.27: DAG.needrun_jobs, and of a job its rule.norun, benchmark
        and output; Workflow._localrules, since Workflow.is_local says yes to all in a dry run.
        """
        if found(self.workflow, "dag") is None:
            return []
        jobs = found(self.workflow, "dag", "needrun_jobs")(exclude_finished=not finished)
        local = found(self.workflow, "_localrules")
        return [
            PlannedJob(self.rules[job.rule.name], job.rule.name not in local, job.benchmark, len(job.output))
            for job in jobs
            if job.rule.name in self.rules and not job.rule.norun
        ]


def exit_code(command, errors):
    """The code with which a command ended, -9 where signal 9 ended it; None where Snakemake does not say it.

    errors: the texts of its errors. On a cluster they have no code. Seen 9.27 (executors/local.py, exceptions.py): the
    error that comes before `job_error` ends in the words of subprocess.CalledProcessError, with the command in quotes.
    """
    ending = r"(?:returned non-zero exit status (\d+)|died with .*?(\d+)>?)\.\s*$"
    for text in errors:
        if command and command in text and (match := re.search(ending, text)):
            status, number = match.groups()
            code = int(status) if status else -int(number)
            return 128 - code if code > 128 else code  # as a shell gives the signal of its command
    return None


def guard_logs(warn):
    """Where Snakemake's log cannot be written any more: call `warn` with its path and the OSError, once, and close it.

    Otherwise logging prints a traceback for every line of the log. Seen 9.27 (logging.py): the log is written by a
    FileHandler of the logger, which is there before the Snakefile is parsed.
    """
    from snakemake.logging import logger

    def close(handler):
        def handle_error(record):
            logger.removeHandler(handler)
            warn(handler.baseFilename, sys.exc_info()[1])
            with contextlib.suppress(OSError):
                handler.close()

        return handle_error

    for handler in logger.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handleError = close(handler)
    logging.raiseExceptions = True


def log_path(text):
    """The path of a log as Snakemake prints it, without the remark in parentheses that may follow (9.27, jobs.py)."""
    return re.sub(r"(?<=\.log) \((?!.*\.log).*\)$", "", text)


def watch_run(workflow, results, begin, end):
    """A `Run` on Snakemake's log, one for each results folder, however often its Snakefile is parsed.

    None in a process that runs single jobs of another one. Call it after all rules.
    """
    if not found(workflow, "is_main_process"):
        return None
    from snakemake.logging import logger

    name = f"laborvalue: {results}"
    run = next((handler for handler in logger.handlers if handler.name == name), None)
    if run is None:
        run = Run(workflow, begin, end)
        run.name = name
        logger.addHandler(run)
    run.rules |= {planned: own for planned, (own, _) in own_rules(workflow).items()}
    return run


def cores(workflow):
    """The cores that jobs may take on this machine; None where a cluster runs them. Seen 9.27 (workflow.py)."""
    return found(workflow, "cores") if found(workflow, "local_exec") else None


def rule_files(workflow):
    """{name of each rule in the plan: the file it stands in}. Seen 9.27 (rules.py): Rule.snakefile."""
    return {name: str(found(rule, "snakefile")) for name, (_, rule) in own_rules(workflow).items()}


def terminal(workflow):
    """The handlers through which Snakemake writes to the terminal, and a function: is only an extract to be shown.

    No handler where the workflow is a module, or where a logger plugin writes to the terminal. Everything is shown in
    a dry run and with --verbose or --printshellcmds. Seen 9.27 (workflow.py): output_settings, dryrun.
    """
    from snakemake.logging import logger

    settings = found(workflow, "output_settings")
    shown = found(settings, "verbose") or found(settings, "printshellcmds")
    silent = is_module(workflow) or not found(workflow, "is_main_process")
    handlers = [] if silent else [handler for handler in logger.handlers if handler.name == TERMINAL_HANDLER]
    return handlers, lambda: not (shown or found(workflow, "dryrun"))


def records_folder(workflow):
    """Where Snakemake keeps its records of this run; a text that is no folder where it keeps them in a database.

    The folder may then hold records of earlier runs. Seen 9.27: workflow_settings.persistence_backend, an enumeration
    with the names FILE and DB.
    """
    backend = found(workflow, "workflow_settings", "persistence_backend", "name")
    return ".snakemake/metadata" if backend == "FILE" else f"--persistence-backend {backend.lower()}"


def record_names(folder):
    """{file: path of what Snakemake keeps about it} below .snakemake/metadata or .snakemake/incomplete.

    Seen 9.27 (persistence/file.py): the path below `folder` is the path of the file in URL-safe base64, cut into
    folders that begin with @ where it is long.
    """
    names = {}
    for place, _, files in os.walk(folder):
        folders = place.removeprefix(str(folder)).replace("/@", "").replace("/", "")
        for file in files:
            with contextlib.suppress(ValueError):  # no record
                names[base64.urlsafe_b64decode(folders + file).decode()] = f"{place}/{file}"
    return names


def made_and_unfinished(workflow):
    """The files of which Snakemake has a record, None where it keeps them in a database; those of jobs it ended."""
    folder = records_folder(workflow)
    made = set(record_names(folder)) if not folder.startswith("--") else None
    return made, set(record_names(".snakemake/incomplete"))


def makes(workflow):
    """A function that tells whether a rule of the plan makes a file. Seen 9.27 (rules.py): Rule.is_producer."""

    @functools.cache
    def is_made(path):
        return any(found(rule, "is_producer")(path) for rule in workflow.rules if not found(rule, "norun"))

    return is_made


def makes_all_again():
    """Does the command line ask for every job, whatever is there. Seen 9.27 (cli.py)."""
    return any(word in ("--forceall", "-F") for word in sys.argv)


def read_records(folder, results):
    """Snakemake's record of each file below the folder `results`: {path: {"rule", "shellcmd", "input", ...}}.

    Seen 9.27 (persistence/file.py): a record is a JSON file; "input" is a list, or its text.
    Raises InputError where there is no record, or where one has not these keys.
    """
    import ast

    from laborvalue.errors import InputError

    records = {}
    for key, path in record_names(folder).items():
        if not key.startswith(f"{results}/"):
            continue
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        if missing := {"rule", "shellcmd", "input"} - set(record):
            raise InputError(
                f"{path}: record of {key} has no {', '.join(sorted(missing))}, which Snakemake {SEEN} writes; "
                "adapt scripts/laborvalue_workflow/running/compat.py"
            )
        inputs = record["input"] or []
        records[key] = record | {"input": ast.literal_eval(inputs) if isinstance(inputs, str) else inputs}
    if not records:
        raise InputError(
            f"{folder}: no record of a file in {results}/, expected Snakemake's own for each; they are missing where "
            "they were deleted, dropped (--drop-metadata) or kept elsewhere (--persistence-backend); run again with "
            "--forceall and without these options"
        )
    return records
