"""What each BPMN element does. Specs are shared by every instance of a version and never change while they run."""
