import files
from commandline import run

def write_report(description, results, years, exclusions, described, template, page):
    files.write_text(page, open(template).read())

if __name__ == "__main__":
    run(write_report)
