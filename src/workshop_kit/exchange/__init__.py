"""Answers out to other programs, and a survey's answers in.

```
export_answers(folder, target)             → answers.csv, answers.json, answers.parquet
import_survey(folder, survey, mapping)     ← a survey from Microsoft Forms (.xlsx) or Google Forms (.csv)
```
"""

from workshop_kit.exchange.export import Exported, export_answers
from workshop_kit.exchange.survey import Imported, import_survey

__all__ = ["Exported", "Imported", "export_answers", "import_survey"]
