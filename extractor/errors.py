"""Every error that a user of extractor can meet, as one tree.

::

    ExtractorError                 exit 1   our own bug, or something nobody foresaw
    ├── UsageError                 exit 2   wrong option, unknown prompt, broken settings file
    │   ├── PromptError            exit 2   a prompt version is missing, changed or malformed
    │   └── ModelFileError         exit 2   an embedded model is unknown, damaged or cannot be fetched
    ├── StoreError                 exit 9   something that was kept is damaged, or another process is writing it
    ├── InputError                 exit 4   this input is no article: empty, binary, too large, missing
    └── ModelError                 exit 4   the model gave no usable answer for this article
        ├── TransientError         exit 4   connection, time-out, 408, 409, 425, 429, 5xx   (retryable)
        │   └── DeadlineError      exit 4   the article's wall-clock deadline passed        (not retryable)
        ├── ProviderRefusedError   exit 6   401, 403, unknown model, no quota: stops the job
        ├── ArticleRefusedError    exit 4   content filter, refusal, bad request: this article only
        │   └── ArticleTooLargeError exit 4   too long for the model
        ├── TruncatedReplyError    exit 4   the reply hit the token cap
        └── InvalidReplyError      exit 4   the reply does not fit its type, even after the re-asks

Each class says whether trying again can help (``retryable``), what to do next (``hint``) and which
exit code a run that ends with it returns (promises.md §5). A message says what happened and to which
input; the hint says what to run next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from extractor.events.summary import Usage


class ExtractorError(Exception):
    """Anything extractor raises on purpose."""

    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep ``message`` (what happened, to which input) and ``hint`` (what to do next)."""
        super().__init__(message)
        self.hint = hint


class UsageError(ExtractorError):
    """An option, argument or settings value that cannot work."""

    exit_code = 2


class PromptError(UsageError):
    """A prompt version that is missing, malformed or changed after publication."""


class ModelFileError(UsageError):
    """An embedded model that is unknown, damaged, or cannot be fetched."""


class StoreError(ExtractorError):
    """Something that was kept (a run, a reply) is damaged, or another process is writing it."""

    exit_code = 9


class InputError(ExtractorError):
    """An input that holds no article: missing, empty, binary, too large, wrongly encoded."""

    exit_code = 4


class ModelError(ExtractorError):
    """The model gave no usable answer for this article.

    ``usage`` holds what the failed attempts cost (an ``extractor.events.summary.Usage``), where anything is known.
    """

    exit_code = 4
    usage: Usage | None = None


class TransientError(ModelError):
    """A failure that may pass: connection, time-out, rate limit, server error."""

    retryable = True

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        """Keep the server's ``Retry-After`` in seconds where it sent one."""
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class DeadlineError(TransientError):
    """The wall-clock deadline of the article passed."""

    retryable = False


class ProviderRefusedError(ModelError):
    """The provider will refuse every article: wrong key, no access, unknown model, no quota."""

    exit_code = 6


class ArticleRefusedError(ModelError):
    """The provider refuses this article: content filter, refusal, too long for the model."""


class ArticleTooLargeError(ArticleRefusedError):
    """The article, with its prompt, is longer than the model can read."""


class TruncatedReplyError(ModelError):
    """The reply ended at the token cap; it is never read as "no events"."""


class InvalidReplyError(ModelError):
    """The reply does not fit its reply type, even after the re-asks."""
