"""Scenarios that make sense for any redirector of stdio daemons to TCP, and a scored table of them.

    pytest -p pytest_iotcpd --pyargs pytest_iotcpd.conformance \
        --iotcpd-binary "iotcpd -p {port} -n {n} -d {daemon}"

A file test_AREA.py is an area, a function in it a scenario, the first sentence of its docstring
what it claims. docs/conformance.md lists them.
"""
