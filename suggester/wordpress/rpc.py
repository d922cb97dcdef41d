"""The wire of XML-RPC: requests go through the site's gate, answers are read without trusting them."""

from __future__ import annotations

from typing import Any, Protocol
from xml.parsers.expat import ExpatError
from xmlrpc import client

from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from suggester.errors import AnswerUnreadable, SiteRefused
from suggester.wordpress.answers import looks_like_page, page_instead
from suggester.wordpress.http import Answer, Gate
from suggester.wordpress.xmltext import clean, is_exact


class _Target(Protocol):
    def close(self) -> Any: ...  # noqa: ANN401 - whatever the site sent


class GateTransport(client.Transport):
    """Carries XML-RPC through a gate, so that its limits and rules hold."""

    def __init__(self, gate: Gate, url: str) -> None:
        super().__init__()
        self._gate = gate
        self._url = url
        self.exact = True  # whether the last answer came through whole

    def request(self, host: Any, handler: str, request_body: Any, verbose: bool = False) -> Any:  # noqa: ANN401
        """Send a call and give what came back; a fault is raised as such."""
        body = bytes(request_body).replace(b"\r", b"&#13;")
        answer = self._gate.ask("POST", self._url, data=body, content_type="text/xml", authorised=False)
        if answer.status in (401, 403, 404, 405, 410):
            raise SiteRefused(
                f"{self._url} answered {answer.status}: XML-RPC is switched off there, too; "
                "open the REST API for this user, or use an export file."
            )
        if answer.status != 200:
            raise AnswerUnreadable(f"{self._url} answered {answer.status}; look into the site's error log.")
        self.exact = is_exact(answer.body)
        return read_answer(answer)


def read_answer(answer: Answer) -> Any:  # noqa: ANN401 - whatever the site sent
    """Read an XML-RPC answer; entities, and with them their expansion, are refused."""
    if looks_like_page(answer):
        raise page_instead(answer)
    target = client.Unmarshaller(use_datetime=False, use_builtin_types=False)
    text = clean(answer.body)
    document = _keep_line_ends(text[max(text.find("<?xml"), 0) :])
    try:
        parser = DefusedExpatParser(target, forbid_dtd=True)
        parser.feed(document.encode())
        parser.close()
        return target.close()
    except DefusedXmlException as error:
        raise AnswerUnreadable(f"{answer.url} declares entities in its answer, which WordPress never does.") from error
    except client.ResponseError as error:
        raise AnswerUnreadable(f"{answer.url} gave an answer without an end; try again.") from error
    except (ExpatError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise AnswerUnreadable(f"{answer.url} answered no XML-RPC ({error}); look for a security plugin.") from error


def _keep_line_ends(document: str) -> str:
    """XML folds "\r\n" into "\n"; a post's content must come through as it is."""
    head, tag, rest = document.partition("<methodResponse>")
    return head + tag + rest.rstrip().replace("\r", "&#13;")
