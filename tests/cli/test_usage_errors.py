"""What is wrong with a command line is said with what to write instead."""

import pytest
from click.testing import CliRunner

from worker.cli.main import COMMANDS, GUESSES, wireroom


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("artcles", 'no command "artcles", did you mean "articles"?'),
        ("needs", 'no command "needs"; it is `wireroom status`'),
        ("retry 4", 'no command "retry"; it is `wireroom jobs retry`'),
        ("db copi", 'no command "copi", did you mean "copy"?'),
        ("alerts lst", 'no command "lst", did you mean "list"?'),
        ("opml exprt", 'no command "exprt", did you mean "export"?'),
        ("db zzz", 'no command "zzz"; known: backup, copy, purge, restore, upgrade'),
        ("feeds forgte wire", 'no command "forgte", did you mean "forget"?'),
        ("feeds forgt --yes", 'no command "forgt", did you mean "forget"?'),
        ("stories merg 3 4", 'no command "merg", did you mean "merge"?'),
        ("stories detatch", 'no command "detatch", did you mean "detach"?'),
        ("jobs retyr", 'no command "retyr", did you mean "retry"?'),
        ("jobs bakfill facts", 'no command "bakfill", did you mean "backfill"?'),
        ("stories abc", '"abc" is not a whole number from 1'),
        ("articles abc", '"abc" is not a whole number from 1'),
        ("stories 0", '"0" is not a whole number from 1'),
        ("jobs 1.5", '"1.5" is not a whole number from 1'),
        ("diff 1 99999999999999999999", '"99999999999999999999" is not a whole number from 1'),
        ("events --limit x", '"x" is not a whole number from 1'),
        ("run --flower-port 70000", '"70000" is not a whole number from 1 to 65,535'),
        ("parse --timezone Asia/Soul -", '"Asia/Soul" is not a time zone, did you mean "Asia/Seoul"?'),
    ],
)
def test_a_usage_error_says_what_was_meant(words, said):
    done = CliRunner().invoke(wireroom, words.split())
    assert done.exit_code == 2
    assert said in done.output


def test_a_page_without_a_result_is_one_line_on_stderr(tmp_path):
    done = CliRunner().invoke(wireroom, ["extract", str(tmp_path / "none.html")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path / 'none.html'}: No such file or directory\n"


@pytest.mark.parametrize(("guess", "words"), GUESSES.items())
def test_a_guess_leads_to_a_command_that_exists_and_hides_none(guess, words):
    assert guess not in COMMANDS
    assert CliRunner().invoke(wireroom, [*words.split(), "--help"]).exit_code == 0
