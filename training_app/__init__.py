"""Zhixing 知行: the training and education management of a county's cadres and party members.

One Flask process, one database, one package per feature. The packages stand in the order of the work itself and
import only downwards, through another's ``api`` and ``events`` (docs/decisions/0001). Start reading in ``app.py``.
"""

from training_app.app import create_app

__all__ = ["create_app"]
