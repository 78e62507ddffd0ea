// Filled with the list page.
