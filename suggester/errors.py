"""
Everything that can go wrong, as the caller sees it. Each message is one sentence that says what to do.

* SuggesterError
  x ConfigError          a setting is missing or wrong
  x SiteError            the WordPress site
    + SiteUnreachable      no answer, or one that says "later"; try again
    + SiteRefused          401 or 403, a login wall; a person has to fix the access
    + NotWordPress         something answers there, and it is not a WordPress site
    + AnswerUnreadable     WordPress answered with something else than was asked for
    + SiteChanged          the post was changed by somebody else meanwhile; read it again
    + WriteAltered         WordPress changes more of the post than our link when this user saves it
  x ExportError          a WordPress export file (WXR)
    + ExportUnreadable     truncated, or not XML
    + ExportHostile        it defines entities, or is larger than allowed
  x ContentError         a post's body
    + AnchorMissing        the words are not there any more
    + AnchorRefused        a link on these words cannot be proved safe
  x ModelError           a file under models/
    + ModelMissing
    + ModelOutdated        written by another format or encoder
  x StoreError           the data folder
    + DiskFull             nothing was lost; make room and go on
    + StoreBusy            another process holds the store
    + StoreUnreachable     the database server does not answer
    + StoreTooNew          written by a newer version of this program
    + SyncRunning          a sync of this site is under way
    + QueueUnreachable     the server that carries the queue does not answer
  x RequestError         what the caller sent
    + KeyRefused           no key, or a wrong one
    + LinkRefused          a one-time link to the dashboard, used up, old or unknown
    + LoginRefused         WordPress does not take the user name and password sent
    + FormRefused          a form of the dashboard without the token of its session
    + BodyTooLarge
    + UnknownPost          the post is not in the corpus; sync first
    + SiteUnread           no post of the site was read yet; sync first
    + TooFewLinks          the site has too few links of its own to learn from or to count by
    + UnknownSite          no such site is connected
    + UnknownRun           the site has no such run, or the run no such edit
    + RunRefused           the run is not in a state for that
    + UnknownTask          no such task waits, is under way or failed
    + CsvRefused           a table that cannot be taken in; nothing of it was
    + ImportRefused        a file of another tool that cannot be read; nothing of it was taken in
    + UnknownImport        nothing of this kind was imported
    + ConsoleUnreachable   Search Console does not answer, or says "later"; try again
  x DigestError          a digest that could not be sent
    + ChannelUnreachable   the mail server or the webhook does not answer, or says "later"; try again
    + ChannelRefused       it does not take the message; a person has to look at the settings
"""


class SuggesterError(Exception):
    """Base of the errors this package raises on purpose."""

    permanent = True  # trying again without a change will not help
    exit_code = 1  # of the command line


class ConfigError(SuggesterError):
    exit_code = 2


class SiteError(SuggesterError):
    exit_code = 3


class SiteUnreachable(SiteError):
    permanent = False


class SiteRefused(SiteError):
    pass


class NotWordPress(SiteError):
    pass


class AnswerUnreadable(SiteError):
    pass


class SiteChanged(SiteError):
    permanent = False


class WriteAltered(SiteError):
    pass


class ExportError(SuggesterError):
    exit_code = 4


class ExportUnreadable(ExportError):
    pass


class ExportHostile(ExportError):
    pass


class ContentError(SuggesterError):
    exit_code = 5


class AnchorMissing(ContentError):
    pass


class AnchorRefused(ContentError):
    pass


class ModelError(SuggesterError):
    exit_code = 6


class ModelMissing(ModelError):
    pass


class ModelOutdated(ModelError):
    pass


class StoreError(SuggesterError):
    exit_code = 7


class DiskFull(StoreError):
    permanent = False


class StoreBusy(StoreError):
    permanent = False


class StoreUnreachable(StoreError):
    permanent = False


class StoreTooNew(StoreError):
    pass


class SyncRunning(StoreError):
    permanent = False


class QueueUnreachable(StoreError):
    permanent = False


class RequestError(SuggesterError):
    exit_code = 8


class KeyRefused(RequestError):
    pass


class LinkRefused(RequestError):
    pass


class LoginRefused(RequestError):
    pass


class FormRefused(RequestError):
    pass


class BodyTooLarge(RequestError):
    pass


class UnknownPost(RequestError):
    pass


class SiteUnread(RequestError):
    pass


class TooFewLinks(RequestError):
    pass


class UnknownSite(RequestError):
    pass


class UnknownRun(RequestError):
    pass


class RunRefused(RequestError):
    pass


class UnknownTask(RequestError):
    pass


class CsvRefused(RequestError):
    pass


class ImportRefused(RequestError):
    pass


class UnknownImport(RequestError):
    pass


class ConsoleUnreachable(RequestError):
    permanent = False


class DigestError(SuggesterError):
    exit_code = 9


class ChannelUnreachable(DigestError):
    permanent = False


class ChannelRefused(DigestError):
    pass
