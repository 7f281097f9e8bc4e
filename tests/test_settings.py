"""Settings: who wins, what is refused, which model follows, and where keys may go."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import UsageError
from extractor.settings import DEFAULT_OPENAI_MODEL, Settings, choose_model, load_settings, unknown_variables

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-canary-0123456789"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("EXTRACTOR_", "OPENAI_")):
            monkeypatch.delenv(name)


def choose(settings: Settings) -> Any:
    """Choose with a catalogue that knows ``tiny`` and every GGUF file."""
    return choose_model(settings, is_embedded=lambda name: name.endswith(".gguf") or name == "tiny", default="tiny")


def test_the_stronger_place_wins_and_each_origin_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags beat environment, it beats .env, it beats extractor.toml, it beats the default; origins say so."""
    (tmp_path / "extractor.toml").write_text('model = "t"\nprompt = "t@v1"\nmode = "json"\nconcurrency = 2\n')
    (tmp_path / ".env").write_text("EXTRACTOR_MODEL=d\nEXTRACTOR_PROMPT=d@v1\nEXTRACTOR_MODE=tools\nUNRELATED=1\n")
    monkeypatch.setenv("EXTRACTOR_MODEL", "e")
    monkeypatch.setenv("EXTRACTOR_PROMPT", "e@v1")
    settings = load_settings({"model": "f", "prompt": None}, folder=tmp_path)
    values = {
        n: (getattr(settings, n), settings.origin(n)) for n in ("model", "prompt", "mode", "concurrency", "deadline")
    }
    assert values == {
        "model": ("f", "flag"),
        "prompt": ("e@v1", "environment"),
        "mode": ("tools", ".env"),
        "concurrency": (2, "extractor.toml"),
        "deadline": (600.0, "default"),
    }


def test_settings_are_frozen() -> None:
    """What was read once can't be changed later."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings().model = "other"  # type: ignore[misc] # the assignment is the test


def test_an_empty_variable_counts_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``OPENAI_API_KEY=`` in a shell profile must not select OpenAI."""
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert choose(load_settings(folder=tmp_path)).kind == "embedded"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('modle = "x"\nbase-url = "y"\n', ("unknown keys 'base-url', 'modle'", "known keys: base_url")),
        (f'api_key = "{KEY}"\n', ("unknown key 'api_key'", "environment or .env")),
        ('api_key_env = "AWS_SECRET"\n', ("unknown key 'api_key_env'",)),
        ("model = \n", ("cannot read",)),
        (
            'concurrency = "many"\ndeadline = -1\n',
            ("concurrency 'many' (extractor.toml)", "deadline '-1' (extractor.toml)"),
        ),
        ('mode = "telepathy"\n', ("mode 'telepathy'", "json_schema")),
    ],
)
def test_mistakes_in_extractor_toml_are_all_named_at_once(tmp_path: Path, toml: str, words: tuple[str, ...]) -> None:
    """A wrong key or value is an error that names it, its file and what would be right, and never shows a key."""
    (tmp_path / "extractor.toml").write_text(toml)
    with pytest.raises(UsageError) as caught:
        load_settings(folder=tmp_path)
    said = f"{caught.value} {caught.value.hint}"
    assert all(word in said for word in words), said
    assert KEY not in said
    assert caught.value.exit_code == 2


def test_extractor_config_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``EXTRACTOR_CONFIG`` is read instead; one that does not exist is an error, not silence."""
    (tmp_path / "mine.toml").write_text('model = "from-mine"\n')
    monkeypatch.setenv("EXTRACTOR_CONFIG", str(tmp_path / "mine.toml"))
    assert load_settings(folder=tmp_path).model == "from-mine"
    monkeypatch.setenv("EXTRACTOR_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match="does not exist"):
        load_settings(folder=tmp_path)


@pytest.mark.parametrize("name", [".env", "extractor.toml"])
def test_a_settings_file_in_another_encoding_is_an_error(tmp_path: Path, name: str) -> None:
    """Bytes that are no UTF-8 are reported with the file's name."""
    (tmp_path / name).write_bytes(b'model = "caf\xe9"\n')
    with pytest.raises(UsageError, match=name.replace(".", r"\.")):
        load_settings(folder=tmp_path)


@pytest.mark.parametrize("shown", [repr, str, lambda s: s.model_dump_json(), lambda s: f"{choose(s)!r}"])
def test_a_key_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: Any) -> None:
    """No rendering of the settings or of the choice that follows holds a key."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("EXTRACTOR_API_KEY", KEY)
    assert KEY not in shown(load_settings(folder=tmp_path))


LOCAL = "http://127.0.0.1:8080/v1"


@pytest.mark.parametrize(
    ("flags", "environment", "expected"),
    [
        ({}, {}, ("embedded", "tiny", None, None)),
        ({}, {"OPENAI_API_KEY": KEY}, ("endpoint", DEFAULT_OPENAI_MODEL, None, KEY)),
        ({"model": "gpt-x"}, {"OPENAI_API_KEY": KEY}, ("endpoint", "gpt-x", None, KEY)),
        ({"model": "gpt-x"}, {}, ("endpoint", "gpt-x", None, None)),
        ({"model": "./my.gguf"}, {"OPENAI_API_KEY": KEY}, ("embedded", "./my.gguf", None, None)),
        ({"model": "tiny"}, {"OPENAI_API_KEY": KEY}, ("embedded", "tiny", None, None)),
        ({"model": "m", "base_url": LOCAL}, {}, ("endpoint", "m", LOCAL, None)),
        # The same name at an endpoint that was named in the same breath is the endpoint's.
        ({"model": "tiny", "base_url": LOCAL}, {}, ("endpoint", "tiny", LOCAL, None)),
        # A flag beats an endpoint from the environment.
        ({"model": "tiny"}, {"EXTRACTOR_BASE_URL": LOCAL}, ("embedded", "tiny", None, None)),
        # OpenAI's key stays with OpenAI …
        ({"model": "m", "base_url": LOCAL}, {"OPENAI_API_KEY": KEY}, ("endpoint", "m", LOCAL, None)),
        # … or with the URL that stands beside it.
        ({"model": "m"}, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": LOCAL}, ("endpoint", "m", LOCAL, KEY)),
        ({"model": "m", "base_url": LOCAL}, {"EXTRACTOR_API_KEY": KEY}, ("endpoint", "m", LOCAL, KEY)),
        ({"model": "m", "base_url": LOCAL, "api_key_env": "MINE"}, {"MINE": KEY}, ("endpoint", "m", LOCAL, KEY)),
    ],
)
def test_which_model_follows_from_what_is_set(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    flags: dict[str, str],
    environment: dict[str, str],
    expected: object,
) -> None:
    """The model, its endpoint and the key that goes there follow from flags and environment by the documented rule."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    choice = choose(load_settings(flags, folder=tmp_path))
    key = choice.api_key.get_secret_value() if choice.api_key else None
    assert (choice.kind, choice.name, choice.base_url, key) == expected


@pytest.mark.parametrize("evil", ["OPENAI_BASE_URL", "EXTRACTOR_BASE_URL"])
def test_a_foreign_dotenv_cannot_redirect_the_key_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evil: str
) -> None:
    """A key from the environment doesn't follow a base URL from a weaker place."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (tmp_path / ".env").write_text(f"{evil}=https://evil.example/v1\nEXTRACTOR_MODEL=m\n")
    choice = choose(load_settings(folder=tmp_path))
    assert (choice.base_url, choice.api_key) == ("https://evil.example/v1", None)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"base_url": LOCAL}, "which model"),
        ({"model": "m", "base_url": LOCAL, "api_key_env": "NOBODY_SET"}, "is not set"),
    ],
)
def test_a_choice_that_cannot_work_is_a_usage_error(tmp_path: Path, flags: dict[str, str], words: str) -> None:
    """An endpoint without a model, and a key variable that is not set, are refused with what to do."""
    with pytest.raises(UsageError, match=words) as caught:
        choose(load_settings(flags, folder=tmp_path))
    assert caught.value.hint


@pytest.mark.parametrize(
    "flags",
    [
        {"api_key_env": KEY},
        {"api_key_env": KEY.replace("-", "_"), "model": "m"},
        {"base_url": f"https://user:{KEY}@host.example/v1"},
        {"base_url": f"https://host.example/v1?key={KEY}"},
    ],
)
def test_a_key_in_the_wrong_place_is_not_repeated(tmp_path: Path, flags: dict[str, str]) -> None:
    """A key given as a variable's name or inside a URL is refused without showing it."""
    with pytest.raises(UsageError) as caught:
        choose(load_settings(flags, folder=tmp_path))
    assert "0123456789" not in f"{caught.value} {caught.value.hint}"


def test_a_variable_that_means_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typo such as EXTRACTOR_MODLE is reported; the variables that are read are not."""
    monkeypatch.setenv("EXTRACTOR_MODLE", "x")
    monkeypatch.setenv("EXTRACTOR_MODEL", "x")
    monkeypatch.setenv("EXTRACTOR_DEBUG", "1")
    assert unknown_variables() == ["EXTRACTOR_MODLE"]
