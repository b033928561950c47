"""From the ranked list to the decision (quyết định khen thưởng): signature, form check, the Chair, number, money."""
