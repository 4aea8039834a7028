"""Question files: what others write, read into plain questions, and written again.

Pure modules: no Flask, no database, so that reading can run in a child process. ``reading`` finds out what a file is
and reads it; a module per format does the work; ``write_…`` modules give the same questions away.
"""
