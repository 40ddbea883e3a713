"""The tests of asynchat; they mirror ``src/asynchat``.  See CONTRIBUTING.md."""
