"""The scripted model of the tests stands behind the same boundary and the same doorway as the real one."""

from __future__ import annotations

import inspect

import pytest

from extractor.errors import InvalidReplyError, TransientError, TruncatedReplyError
from extractor.llm.boundary import Model
from extractor.llm.client import OpenAIModel
from tests.llm.questions import GOOD, Small, question
from tests.scripted import USAGE, ScriptedModel


async def test_it_plays_its_replies_in_order_and_keeps_what_it_was_asked() -> None:
    """Texts, errors and functions of the question each have their turn; the last one stays."""
    model = ScriptedModel(GOOD, TransientError("busy"), lambda ask: GOOD.replace("Ada", ask.messages[-1].content))
    assert (await model.ask(question("a"))).reply == Small(name="Ada", number=36)
    with pytest.raises(TransientError) as caught:
        await model.ask(question("b"))
    assert caught.value.usage == USAGE
    assert [(await model.ask(question(name))).reply.name for name in ("Bo", "Cy")] == ["Bo", "Cy"]
    assert [ask.messages[-1].content for ask in model.asked] == ["a", "b", "Bo", "Cy"]


@pytest.mark.parametrize(("raw", "error"), [("prose", InvalidReplyError), (GOOD[:-3], TruncatedReplyError)])
async def test_a_hostile_reply_meets_the_clients_own_validation(raw: str, error: type[Exception]) -> None:
    """What the real client would refuse is refused here, with its usage."""
    with pytest.raises(error):
        await ScriptedModel(raw).ask(question())


@pytest.mark.parametrize("cls", [ScriptedModel, OpenAIModel])
def test_both_models_fit_the_boundary(cls: type[Model]) -> None:
    """Both have what the Protocol names, with the same parameters."""
    for name in ("info", "ask"):
        assert hasattr(cls, name)
    assert list(inspect.signature(cls.ask).parameters) == list(inspect.signature(Model.ask).parameters)
