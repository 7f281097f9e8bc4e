"""Results for people and programs: terminal blocks, JSON lines, CSV, Markdown, progress.

The only package that formats for a terminal. ``terminal`` cleans text and makes consoles, ``blocks`` draws events,
``documents`` writes data formats, ``progress`` reports on stderr. The HTML view is :mod:`extractor.web`.
"""
