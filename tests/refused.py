"""What the engine says to a step that somebody tries, with everything undone afterwards."""

from tests.factories import NOW
from workflow_app.domain.refusals import Refused


def refusal(tried, step, who, *, now=NOW, **given):
    """The sentence with which a step is refused; None when it is taken. `tried` is a case that can `take` a step."""
    tried.session.flush()
    with tried.session.begin_nested() as attempt:
        try:
            tried.take(step, who, now=now, **given)
            return None
        except Refused as refused:
            return str(refused.sentence)
        finally:
            attempt.rollback()
            tried.session.expire_all()
