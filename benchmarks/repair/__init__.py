"""Who repairs what is broken, how soon, and what else dies of it? Ballast beside models of what others do."""
