"""SCORE: predicted events against labelled ones. Pure functions on events; no I/O.

::

    score.score_article(label, predicted, …)        -> scores.ArticleScore     one article
    score.score_extraction(label, extraction, …)    -> scores.ArticleScore     the same, with outcome and usage
    report.summarise(scores, …)                     -> figures.Report          one run
    comparison.compare(candidate, baseline, …)      -> figures.Comparison      two runs on the same articles
    verdict.decide(comparison, bounds)              -> figures.Verdict         may the change pass?
    power.articles_needed(comparison, difference)   -> int | None              how many articles would tell
    baselines.lead(text, published, majority)       -> tuple[EventSummary, …]  what any system has to beat
    muc4.score_templates(predicted, labelled)       -> muc4.Muc4Counts         the proof that the aligner is right

The labels are ``labels.LabelledArticle``. Nothing here reads a file; numpy and scipy are imported late.
"""
