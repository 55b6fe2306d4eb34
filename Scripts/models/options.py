"""The command line that every comparison with the framework has."""

import argparse
import pathlib


def parsed(description, kinds, what, record="FILE", **count):
    """What was asked for: `kinds` (all where none are named), `tool`, `record`, `write` and a number.

    `what` is what a kind is called (TYPE), `record` what the recording is written to; `count` has one number's name,
    with its default and its help.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar=what, help=", ".join(kinds))
    parser.add_argument("--tool", help="the built token-budget")
    parser.add_argument("--record", type=pathlib.Path, metavar=record, help="write what a test repeats, and end")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="the Markdown file whose table is written anew")
    for name, (default, help) in count.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=help)
    options = parser.parse_args()
    if not options.tool and not options.record:
        parser.error("--tool or --record is needed")
    for kind in options.kinds:
        if kind not in kinds:
            parser.error(f"no {what.lower()} is called '{kind}': {', '.join(kinds)}")
    options.kinds = options.kinds or list(kinds)
    return options
