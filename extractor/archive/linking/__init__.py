"""The same event in many articles: mentions linked into stories (docs/stories.md)."""
