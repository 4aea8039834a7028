"""Benchmarks: how fast the house is, as ratios to a bare-floor application measured in the same run.

A ratio travels from machine to machine, milliseconds do not. ``python -m bench`` runs everything and writes
``bench/results/``.
"""
