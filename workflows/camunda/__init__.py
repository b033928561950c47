"""Reads what Camunda Modeler writes for Camunda 7, on SpiffWorkflow's parser."""
