"""The bench of the web pages requests only pages that exist."""

from tests.bench import pages


def test_each_page_of_the_bench_responds(capsys):
    assert pages.main(["--articles", "2k", "--databases", "sqlite"]) == 0
    shown = capsys.readouterr().out
    assert f" of {len(pages.PAGES)} pages within" in shown
