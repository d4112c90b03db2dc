"""How templates become pages: each is bound to one language when it is loaded, and what it holds is shown at little cost.

A page says hundreds of messages. Asking at each of them whose language it is took a third of the time of a page, so an
environment of its own serves each language: a message without values is looked up when a template is loaded there.
What is compiled knows no language and may be kept. Nothing here changes what a template means.
"""

import re
from collections.abc import Iterable, MutableMapping
from itertools import groupby
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from .language import Tongue, spoken

MESSAGE = ("_", "gettext")
PLAIN = (FunctionType, MethodType, BuiltinFunctionType, type)
SETTING = (nodes.Import, nodes.FromImport, nodes.Assign, nodes.AssignBlock, nodes.Macro)
HERE = __name__
OF_DICT = frozenset(dir(dict))
to_escape = re.compile("[&<>'\"]").search


def shown(value: Any) -> str:
    """A value as it stands on a page: escaped, unless it is HTML. Most of it has nothing to escape."""
    kind = type(value)
    if kind is Markup or (kind is str and not to_escape(value)):
        return value
    return str(value) if kind is int else escape(value)


def filled(text: str, values: dict[str, Any]) -> Markup:
    """A message with its values, which are escaped."""
    escaped = {name: value if type(value) is int else shown(value) for name, value in values.items()}
    return Markup(text % escaped)


class PageContext(Context):
    """The values of one page. Calls what is a plain function, a class or a macro straight away; Jinja's own way asks a dozen questions."""

    def call(
        self, called: Any, /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **named: Any
    ) -> Any:
        """What a template's call gives."""
        kind = type(called)
        if kind is Macro:
            return called(self.eval_ctx, *args, **named)
        if kind in PLAIN and not hasattr(called, "jinja_pass_arg"):
            return called(*args, **named)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **named)


class PageGenerator(CodeGenerator):
    """Writes a template as Python. Every message stands at its head and is looked up once; blocks and pieces come out whole."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's
        """The head, and what Jinja writes."""
        self.messages: dict[tuple[str, bool], str] = {}
        self.is_frame = node.find(nodes.Extends) is None
        self.writeline(f"from {HERE} import filled, shown")
        for call in node.find_all(nodes.Call):
            message = said_in(call)
            if message and message not in self.messages:
                self.messages[message] = kept = self.temporary_identifier()
                text, has_values = message
                self.writeline(f"{kept} = environment.{'message' if has_values else 'fixed'}({text!r})")
        super().visit_Template(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """What stands between two blocks is gathered and handed on at once, not line by line."""
        if frame.buffer is not None or not (frame.block_frame or (self.is_frame and frame.rootlevel)):
            super().blockvisit(nodes, frame)
            return
        for may_gather, run in groupby(nodes, key=is_plain):
            if may_gather:
                self.buffer(frame)
            super().blockvisit(run, frame)
            if may_gather:
                self.writeline(f"yield concat({frame.buffer})")
                frame.buffer = None

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """A message from the head, with its values; any other call as Jinja writes it."""
        message = said_in(node)
        if message is None:
            super().visit_Call(node, frame, forward_caller=forward_caller)
        elif not node.kwargs:
            self.write(self.messages[message])
        else:
            self.write(f"filled({self.messages[message]}, {{")
            for value in node.kwargs:
                self.write(f"{value.key!r}: ")
                self.visit(value.value, frame)
                self.write(", ")
            self.write("})")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """`row.name`: what a plain row with keys has under the name at once, anything else as Jinja writes it."""
        if not isinstance(node.node, nodes.Name) or node.attr in OF_DICT:
            super().visit_Getattr(node, frame)
            return
        row, name = frame.symbols.ref(node.node.name), repr(node.attr)
        self.write(f"({row}[{name}] if type({row}) is dict and {name} in {row} else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if said_in(node):
            self.write("(")
        elif frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


def is_plain(node: nodes.Node) -> bool:
    """Whether a part of a template is only written: nothing in it is imported, set or a block."""
    return not isinstance(node, SETTING) and node.find(nodes.Block) is None


def said_in(node: nodes.Node) -> tuple[str, bool] | None:
    """The message of a call that says one that is written out, and whether it has values."""
    match node:
        case nodes.Call(
            node=nodes.Name(name=name), args=[nodes.Const(value=str(text))], dyn_args=None, dyn_kwargs=None
        ) if name in MESSAGE:
            return text, bool(node.kwargs)
    return None


class PageEnvironment(Environment):
    """The templates of an application. It hands out those of the language that is spoken now, from the overlay of that language."""

    code_generator_class = PageGenerator
    context_class = PageContext

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.of_languages: dict[Tongue, PageEnvironment] = {}
        self.tongue: Tongue | None = None

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own name
    ) -> Template:
        """The template of this name in the language that is spoken now."""
        if self.tongue is None:
            return self.spoken().get_template(name, parent, globals)
        return super().get_template(name, parent, globals)

    def spoken(self) -> "PageEnvironment":
        """The environment of the language that is spoken now."""
        tongue = spoken()
        found = self.of_languages.get(tongue)
        if found is None:
            found = self.of_languages[tongue] = self.speaking(tongue)
        return found

    def speaking(self, tongue: Tongue) -> "PageEnvironment":
        """An environment in which this language is spoken."""
        own = self.overlay(cache_size=-1)
        own.tongue = tongue
        own.filters = self.filters | {
            "say": tongue.say, "said": tongue.said, "say_whole": tongue.say_whole, "day": tongue.day,
            "whole_day": tongue.whole_day, "month": tongue.month, "moment": tongue.moment, "named": tongue.named,
        }  # fmt: skip
        own.globals = self.globals | {
            "_": tongue.in_page, "gettext": tongue.in_page, "ngettext": tongue.counted, "locale_name": tongue.locale_name,
            "weekday_names": tongue.weekday_names,
        }  # fmt: skip
        return own

    def message(self, text: str) -> str:
        """A message whose places are still open. Asked once, when a template is loaded."""
        assert self.tongue, "a template is loaded by the environment of a language"
        return self.tongue.translated(text)

    def fixed(self, text: str) -> Markup:
        """A message without values, as it stands on the page."""
        return Markup(self.message(text) % {})

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template sees. A plain mapping: nothing changes it once templates are loaded."""
        return {**self.globals, **d} if d else self.globals

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute` of a template; most of what they are given are plain rows with keys."""
        if type(obj) is dict and attribute not in OF_DICT:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            pass
        try:
            return obj[attribute]
        except (TypeError, LookupError, AttributeError):
            return self.undefined(obj=obj, name=attribute)
