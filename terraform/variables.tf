variable "name" {
  description = "Name of the stack."
  type        = string
  default     = "ballast"
}

variable "package" {
  description = "Folder that `make package` wrote, such as ../dist/ballast-0.1.0. It is uploaded to the bucket."
  type        = string
  default     = null
}

variable "template_url" {
  description = "URL of the template.yaml of a package that is uploaded already; in the place of package."
  type        = string
  default     = null
  validation {
    condition     = (var.template_url == null) != (var.package == null)
    error_message = "Set either package or template_url."
  }
}

variable "bucket" {
  description = "S3 bucket in the stack's Region: Lambda takes code from no other. With template_url: null for the one that was packaged for."
  type        = string
  default     = null
  validation {
    condition     = var.package == null || var.bucket != null
    error_message = "package needs a bucket to be uploaded to: set bucket."
  }
}

variable "prefix" {
  description = "What the keys in the bucket begin with; empty, or ending in a slash. With template_url: null for the one that was packaged for."
  type        = string
  default     = null
  validation {
    condition     = var.prefix == null ? true : can(regex("^([A-Za-z0-9._-]+/)*$", var.prefix))
    error_message = "prefix must be empty, or names that each end in a slash."
  }
}

variable "tags" {
  description = "Tags of the stack, which CloudFormation hands on to its resources."
  type        = map(string)
  default     = {}
}
