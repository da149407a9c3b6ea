// The texts under test are for Linux hosts, and so are the tools they are tried with.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
