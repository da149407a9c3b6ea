using YamlDotNet.RepresentationModel;

namespace ClusterPanel.Core.Tests.Kubeadm;

/// <summary>Reads the documents of a YAML text by their kind.</summary>
internal static class Yaml
{
    public static Dictionary<string, YamlMappingNode> ByKind(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Select(d => (YamlMappingNode)d.RootNode).ToDictionary(m => Value(m, "kind"));
    }

    /// <summary>The only document of a text.</summary>
    public static YamlMappingNode Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    /// <summary>The scalar at a path such as <c>nodeRegistration.name</c>.</summary>
    public static string Value(YamlNode node, string path) => ((YamlScalarNode)At(node, path)).Value!;

    public static IReadOnlyList<string> List(YamlNode node, string path) =>
        [.. ((YamlSequenceNode)At(node, path)).Select(n => ((YamlScalarNode)n).Value!)];

    public static YamlNode At(YamlNode node, string path) => path.Split('.').Aggregate(node, (n, key) => ((YamlMappingNode)n).Children[new YamlScalarNode(key)]);

    public static bool Has(YamlNode node, string key) => ((YamlMappingNode)node).Children.ContainsKey(new YamlScalarNode(key));
}
