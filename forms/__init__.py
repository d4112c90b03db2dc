"""What is asked: the form of a step, found by workflow and step name. Texts lie beside it as dated files."""

from importlib import import_module

from wtforms import Form

from forms import clock


def form_for(workflow: str, step: str) -> type[Form] | None:
    """The form class of a step, or None when the step asks for nothing. `edit` is the form of a draft.

    The steps that act on a clock are the same for every workflow and so are their forms.
    """
    module = import_module(f"forms.{workflow}")
    name = "".join(part.capitalize() for part in step.split("_")) + "Form"
    return getattr(module, name, None) or getattr(clock, name, None)
