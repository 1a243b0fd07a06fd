"""One module per use case, named by its verb; joins the rooms below."""
