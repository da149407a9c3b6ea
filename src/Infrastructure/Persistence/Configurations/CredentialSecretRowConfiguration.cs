using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class CredentialSecretRowConfiguration : IEntityTypeConfiguration<CredentialSecretRow>
{
    public void Configure(EntityTypeBuilder<CredentialSecretRow> builder)
    {
        builder.HasKey(r => r.CredentialId);
        builder.HasOne<Credential>().WithOne().HasForeignKey<CredentialSecretRow>(r => r.CredentialId).OnDelete(DeleteBehavior.Cascade);
    }
}
