"""How the commands log: a record stays its own lines, whatever is in it.

Names, texts and a server's sentences get into records, and more of them into tracebacks.  Here
what would act on a terminal is written out, and what would begin a line of its own is indented
or escaped: nobody can forge a record.
"""

from __future__ import annotations

import json
import logging

from asynchat.text import escaped, escaped_json


class LineFormatter(logging.Formatter):
    """A record is one line; the lines of a traceback follow, each indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        lines = [escaped(self.formatMessage(record))]
        if record.exc_info:
            # Not the record's cached text: another handler's formatter made that.
            trace = self.formatException(record.exc_info)
            lines += [f"  {escaped(line)}" for line in trace.split("\n")]
        return "\n".join(lines)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines that read logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        entry = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return escaped_json(json.dumps(entry, ensure_ascii=False))
