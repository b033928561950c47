"""The engine: BPMN, DMN, FEEL and JUEL. Values in, values out.

Nothing here reads a clock, opens a session, knows a user, or speaks SQL or HTTP.
"""
