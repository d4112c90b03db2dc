"""The browser of the tests is a real one and has Chinese letters, rare ones too."""

from tests.chromium import started


def test_the_browser_runs_scripts_and_draws_each_rare_character_by_its_own_shape():
    with started() as browser:
        page = browser.new_page()
        page.set_content(
            "<h1>信用</h1><canvas width=80 height=80></canvas>"
            "<script>document.querySelector('h1').textContent += '承诺'</script>"
        )
        assert page.inner_text("h1") == "信用承诺"
        drawn = [page.evaluate(DRAWN, character) for character in ("𠮷", "㛃", "䶮", "\U0010fffd")]
        assert len(set(drawn)) == 4, "a missing font draws the same box for every character"


DRAWN = """character => {
    const canvas = document.querySelector('canvas'), pen = canvas.getContext('2d');
    pen.clearRect(0, 0, 80, 80);
    pen.font = '60px sans-serif';
    pen.fillText(character, 5, 65);
    return canvas.toDataURL();
}"""
